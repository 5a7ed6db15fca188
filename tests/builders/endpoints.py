"""The endpoints of a service as the app has them, so that no test has to be told of a new one."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts


@dataclass(frozen=True)
class Endpoint:
    """A method and a path of the service's API, with the line of the table of rights that it names.

    `body` is the example that its documentation shows.
    """

    method: str
    path: str
    operation: str | None
    body: Any = None

    def at(self, **params: Any) -> str:
        """The path with these ids, unknown ones where none is given."""
        path = self.path
        while "{" in path:
            before, _, rest = path.partition("{")
            name, _, after = rest.partition("}")
            path = f"{before}{params.get(name.partition(':')[0], uuid4())}{after}"
        return path

    @property
    def params(self) -> set[str]:
        """What the path names."""
        return {part.partition("}")[0] for part in self.path.split("{")[1:]}

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def endpoints(app: FastAPI) -> list[Endpoint]:
    """Every endpoint that is in the schema: all but health, documentation, and the pages of people's phones."""
    return _served(app, in_schema=True)


def pages(app: FastAPI, under: str) -> list[Endpoint]:
    """Every page that people's own phones are served under this address."""
    return [page for page in _served(app, in_schema=False) if f"{page.path}/".startswith(f"{under}/")]


def _served(app: FastAPI, *, in_schema: bool) -> list[Endpoint]:
    return [
        Endpoint(method, str(route.path), _operation(route.dependant), _example(route.dependant))
        for route in iter_route_contexts(app.routes)
        if isinstance(route.original_route, APIRoute) and route.include_in_schema is in_schema
        for method in sorted(route.methods or ())
    ]


def _example(dependant: Any) -> Any:
    """From the model itself: the published description leaves out what is null."""
    for field in dependant.body_params:
        extra = getattr(field.field_info.annotation, "model_config", {}).get("json_schema_extra") or {}
        return next(iter(extra.get("examples", ())), None)
    return None


def _operation(dependant: Any) -> str | None:
    return next((call.operation for call in _calls(dependant) if hasattr(call, "operation")), None)


def _calls(dependant: Any) -> Iterator[Any]:
    for dependency in dependant.dependencies:
        yield dependency.call
        yield from _calls(dependency)

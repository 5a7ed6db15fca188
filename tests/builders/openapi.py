"""What an API says of its GETs, and values to try their parameters with."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI

Schema = Mapping[str, Any]
Values = Mapping[str, Sequence[str]]

# How many are asked for changes no plan of a list that is read in its order; where a page begins is found by asking.
UNVARIED = frozenset({"limit", "after", "authorization"})


@dataclass(frozen=True)
class Parameter:
    """A parameter of a query or of a path, with what it may be."""

    name: str
    schemas: tuple[Schema, ...]

    def values(self, samples: Values) -> list[str]:
        """Values to try. Raises LookupError when neither the description nor the samples give one."""
        if self.name in samples:
            return list(samples[self.name])
        found = [value for schema in self.schemas for value in _values(schema, samples)]
        if not found:
            raise LookupError(f"no value to try the parameter `{self.name}` with: add one to the samples")
        return found


@dataclass(frozen=True)
class Read:
    """A GET of the API."""

    path: str
    query: tuple[Parameter, ...]
    in_path: tuple[Parameter, ...]

    def address(self, samples: Values) -> str:
        """The address with an id in each of its places."""
        return self.path.format(**{one.name: one.values(samples)[0] for one in self.in_path})

    def choices(self, samples: Values) -> Iterator[dict[str, str]]:
        """No parameter; each alone with each of its values."""
        varied = [(one.name, one.values(samples)) for one in self.query if one.name not in UNVARIED]
        yield {}
        for name, values in varied:
            yield from ({name: value} for value in values)


def reads(app: FastAPI) -> list[Read]:
    """Every GET that the app describes."""
    document = app.openapi()
    return [
        Read(path, *(_parameters(document, operations["get"], place) for place in ("query", "path")))
        for path, operations in document["paths"].items()
        if "get" in operations
    ]


def _parameters(document: Schema, operation: Schema, place: str) -> tuple[Parameter, ...]:
    return tuple(
        Parameter(one["name"], tuple(_alternatives(document, one["schema"])))
        for one in operation.get("parameters", [])
        if one["in"] == place
    )


def _alternatives(document: Schema, schema: Schema) -> Iterator[Schema]:
    if "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    for one in schema.get("anyOf", [schema]):
        if one is not schema:
            yield from _alternatives(document, one)
        elif one.get("type") == "array":
            yield from _alternatives(document, one["items"])
        else:
            yield one


def _values(schema: Schema, samples: Values) -> Sequence[str]:
    if "enum" in schema:
        return [str(value) for value in schema["enum"]]
    if "const" in schema:
        return [str(schema["const"])]
    return {
        "boolean": ["true", "false"],
        "integer": [str(schema.get("minimum", 1))],
        "date": ["2026-03-12"],
        "date-time": ["2026-03-12T09:30:00Z"],
        "uuid": samples["dossier_id"],
        "string": samples["name"],
    }.get(schema.get("format", schema.get("type", "")), [])

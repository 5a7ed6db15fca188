"""Run inside a lone folder by test_lone_boot: builds one service's app, prints what it is made of as JSON."""

import asyncio
import importlib
import json
import sys
from typing import Any

import httpx
from fastapi.routing import APIRoute, RouteContext, iter_route_contexts


def main() -> None:
    """`python -c … <service>`."""
    name = sys.argv[1]
    service: Any = importlib.import_module(f"services.{name}.main")
    roles: Any = importlib.import_module("shared.runtime.roles")
    app = service.build(service.Settings(), roles.ALL)
    _, consumers = service.operations()
    facts = {
        "live": asyncio.run(_live(app)),
        "routes": [_route(route) for route in iter_route_contexts(app.routes) if _is_ours(route)],
        "outside": sorted(str(route.path) for route in iter_route_contexts(app.routes) if _is_outside(route)),
        "openapi": sorted(app.openapi()["paths"]),
        "consumers": {consumer.name: sorted(topic.name for topic in consumer.topics) for consumer in consumers},
        "modules": {module: str(getattr(found, "__file__", None) or "") for module, found in list(sys.modules.items())},
    }
    sys.stdout.write(json.dumps(facts))


async def _live(app: Any) -> int:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://lone") as client:
        return (await client.get("/live")).status_code


def _is_ours(route: RouteContext) -> bool:
    """An endpoint of the service's API: health and documentation are not in the schema."""
    return isinstance(route.original_route, APIRoute) and route.include_in_schema


def _is_outside(route: RouteContext) -> bool:
    """An endpoint that is no part of the API, and asks for no right: HEAD asks for that of its GET."""
    if not isinstance(route.original_route, APIRoute) or route.include_in_schema:
        return False
    return not any(hasattr(call, "operation") for call in _calls(route.dependant))


def _route(route: RouteContext) -> dict[str, Any]:
    calls = list(_calls(route.dependant))
    return {
        "path": route.path,
        "methods": sorted(route.methods or ()),
        "operation": next((call.operation for call in calls if hasattr(call, "operation")), None),
        "once": any(getattr(call, "__name__", "") == "keyed" for call in calls),  # `once` starts from it
        "if_match": any(getattr(call, "__name__", "") == "if_match" for call in calls),
    }


def _calls(dependant: Any) -> Any:
    for dependency in dependant.dependencies:
        yield dependency.call
        yield from _calls(dependency)


main()

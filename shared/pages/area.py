"""The addresses that people's own phones read: whatever goes wrong under them is answered by a page."""

from collections.abc import Mapping, Sequence

from fastapi import APIRouter, FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send

from shared.http.problems import show_failures_by
from shared.pages.route import PersonRoute
from shared.pages.serving import Pages


def areas(routers: Sequence[APIRouter]) -> dict[str, Pages]:
    """The pages of each first part of an address (`s` of `/s/code`) that these routers serve to persons."""
    return {
        _first(route.path): route.pages
        for router in routers
        for route in router.routes
        if isinstance(route, PersonRoute)
    }


def show_failures(app: FastAPI, routers: Sequence[APIRouter]) -> None:
    """Has what goes wrong under the persons' addresses of these routers shown by their pages."""
    if pages := areas(routers):
        app.add_middleware(PersonArea, pages=pages)


class PersonArea:
    """ASGI middleware: it stands before the routes, since some addresses have none."""

    def __init__(self, app: ASGIApp, pages: Mapping[str, Pages]) -> None:
        self._app = app
        self._pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and (pages := self._pages.get(_first(scope["path"]))) is not None:
            show_failures_by(scope, pages.failed)
        await self._app(scope, receive, send)


def _first(path: str) -> str:
    """Also of what is no path: `*`, `host:443`."""
    return path.lstrip("/").partition("/")[0]

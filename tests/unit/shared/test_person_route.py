"""Whatever breaks down under a person's page is answered by a page, and not by a document for programs."""

import html
from pathlib import Path

import httpx
import pytest
from fastapi import APIRouter, FastAPI, Response
from fastapi.exceptions import RequestValidationError
from opentelemetry.instrumentation.fastapi import FastAPIInstrumentor
from starlette.types import Receive, Scope, Send

from shared.http.bodies import BodyGuard
from shared.http.problems import Malformed, install_problem_handlers
from shared.kernel.errors import Refusal
from shared.pages.area import PersonArea, areas, show_failures
from shared.pages.route import PersonRoute
from shared.pages.serving import Pages

FAILURES = {
    "bug": RuntimeError("mine"),
    "database": ConnectionError("away"),
    "refusal": Malformed("Recopiez le code."),
}


class Route(PersonRoute):
    """Of a service that says no more than no."""

    pages = Pages(Path(__file__).parent, "/style.css", "Essai")

    @classmethod
    def refused(cls, refusal: Refusal | RequestValidationError) -> Response:
        return cls.pages.ended("Non", getattr(refusal, "detail", "Saisie incorrecte."), 410)


async def _never() -> None:
    raise AssertionError


async def asked(address: str, method: str = "GET", content: bytes = b"") -> httpx.Response:
    """The answer of an app that is put together and traced as services are."""
    app, router = FastAPI(), APIRouter(route_class=Route)
    install_problem_handlers(app)

    @router.get("/page/{number}/{failure}")
    async def fail(number: int, failure: str) -> None:
        raise FAILURES[failure]

    @router.get("/page/{number}")
    async def body(number: int) -> None: ...

    app.add_middleware(BodyGuard, max_bytes=100)
    show_failures(app, [router])
    app.include_router(router)
    FastAPIInstrumentor.instrument_app(app)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://service.test") as client:
        return await client.request(method, address, content=content)


@pytest.mark.parametrize(
    ("address", "status", "said"),
    [
        ("/page/1/bug", 500, "Réessayez dans quelques minutes"),
        ("/page/1/database", 503, "Réessayez dans quelques minutes"),
        ("/page/1/refusal", 410, "Recopiez le code."),
        ("/page/one/refusal", 410, "Saisie incorrecte."),
    ],
)
async def test_what_fails_is_answered_by_a_page(address: str, status: int, said: str) -> None:
    answer = await asked(address)

    assert (answer.status_code, answer.headers["content-type"]) == (status, "text/html; charset=utf-8")
    assert said in answer.text
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("method", "address", "content", "status", "said"),
    [
        ("GET", "/page/1/bug/more", b"", 404, "en entier"),
        ("GET", "/page", b"", 404, "en entier"),
        ("POST", "/page/1", b"", 405, "en entier"),
        ("POST", "/page/1/bug", b"x" * 101, 413, "rien n'a été enregistré"),
        ("GET", "/page/1?code=%00", b"", 422, "rien n'a été enregistré"),
    ],
)
async def test_what_no_route_answers_is_answered_by_a_page(
    method: str, address: str, content: bytes, status: int, said: str
) -> None:
    answer = await asked(address, method, content)

    assert (answer.status_code, answer.headers["content-type"]) == (status, "text/html; charset=utf-8")
    assert html.unescape(answer.text).count(said) == 1
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", ["*", "host:443", "", "/"])
async def test_what_is_no_path_is_no_page(path: str) -> None:
    """As a client may write it after `OPTIONS` or `CONNECT`."""
    passed: list[Scope] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        passed.append(dict(scope))

    await PersonArea(app, areas([]))({"type": "http", "path": path}, _never, _never)  # type: ignore[arg-type]
    assert passed == [{"type": "http", "path": path}]


async def test_beside_the_pages_programs_read_problems() -> None:
    answer = await asked("/pages/1")

    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")

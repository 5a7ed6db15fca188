"""What nobody should send over HTTP is refused with a problem: never a 500, never stored, never half read."""

import json
import re
from collections.abc import AsyncIterator
from typing import Annotated

import httpx
import pytest
from fastapi import FastAPI, Query, Request
from pydantic import BaseModel
from sqlalchemy import text

from shared.database.engine import Database
from shared.http.bodies import MAX_BODY_BYTES, BodyGuard
from shared.http.problems import install_problem_handlers

pytestmark = pytest.mark.integration


class Words(BaseModel):
    words: str = ""
    number: int = 0


@pytest.fixture
async def client(probe_database: Database) -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI()
    install_problem_handlers(app)
    app.add_middleware(BodyGuard, uploads=re.compile(r"/things/[^/]+/files"))

    @app.post("/things/{thing}/files")
    async def upload(request: Request) -> int:
        return len([chunk async for chunk in request.stream() if chunk])

    @app.post("/words")
    async def write(body: Words) -> Words:
        return await stored(body.words, body.number)

    @app.get("/words")
    async def search(q: Annotated[str, Query()] = "", n: Annotated[int, Query()] = 0) -> Words:
        return await stored(q, n)

    async def stored(words: str, number: int) -> Words:
        async with probe_database.begin() as uow:
            given = {"words": words, "number": number}
            found = await uow.session.execute(text("SELECT CAST(:words AS text), CAST(:number AS integer)"), given)
            back, n = found.one()
            return Words(words=back, number=n)

    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://service.test") as found:
        yield found


async def post(client: httpx.AsyncClient, content: bytes) -> httpx.Response:
    return await client.post("/words", content=content, headers={"Content-Type": "application/json"})


@pytest.mark.parametrize(
    "content",
    [
        rb'{"words": "a\u0000b"}',
        rb'{"words": "a\\\u0000b"}',
        b'{"words": "a\x00b"}',
        '{"words": "a\\u0000b"}'.encode("utf-16"),
        rb'{"words": "a\ud800b"}',
        b'{"number": 99999999999999999999}',
        b'{"number": 9999999999}',
        b'{"number": NaN}',
        b'{"number": 1e400}',
        b'{"number": ' + b"9" * 5000 + b"}",
        b'{"words": ' + b"[" * 100_000,
        b'{"words"',
        b"",
        b"\xff\xfe",
    ],
)
async def test_a_hostile_body_is_refused(client: httpx.AsyncClient, content: bytes) -> None:
    answer = await post(client, content)
    assert answer.status_code in {400, 422}
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"]


async def test_a_text_that_speaks_of_null_characters_passes(client: httpx.AsyncClient) -> None:
    said = r"Le caractère \u0000, é, et \\"
    answer = await post(client, json.dumps({"words": said}).encode())
    assert (answer.status_code, answer.json()["words"]) == (200, said)


@pytest.mark.parametrize("query", ["q=a%00b", "n=99999999999999999999", "n=-9999999999"])
async def test_a_hostile_query_is_refused(client: httpx.AsyncClient, query: str) -> None:
    answer = await client.get(f"/words?{query}")
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:cer:problem:malformed")


async def test_a_body_beyond_the_limit_is_refused_while_it_still_comes(client: httpx.AsyncClient) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while sent < 100 * MAX_BODY_BYTES:
            sent += 1024 * 1024
            yield b" " * 1024 * 1024

    answer = await client.post("/words", content=endless())
    assert (answer.status_code, answer.json()["type"]) == (413, "urn:cer:problem:body-too-large")
    assert sent <= 2 * MAX_BODY_BYTES


async def test_a_body_within_the_limit_passes_whole(client: httpx.AsyncClient) -> None:
    words = "é" * (MAX_BODY_BYTES // 4)
    assert (await post(client, json.dumps({"words": words}, ensure_ascii=False).encode())).json()["words"] == words


async def test_the_body_of_an_upload_is_its_endpoints_to_read(client: httpx.AsyncClient) -> None:
    async def three() -> AsyncIterator[bytes]:
        for _ in range(3):
            yield bytes(MAX_BODY_BYTES)

    assert (await client.post("/things/1/files", content=three())).json() == 3
    for elsewhere in ("/things/1/files/more", "/things/files"):
        assert (await client.post(elsewhere, content=three())).status_code == 413
    assert (await client.put("/things/1/files", content=three())).status_code == 413
    assert (await client.post("/things/1/files?q=%00", content=b"x")).status_code == 422

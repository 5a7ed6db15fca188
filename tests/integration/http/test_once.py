"""A POST that is sent again is answered again, not done again; problems and versions say what they are."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated

import httpx
import pytest
from fastapi import Depends, FastAPI, Response
from pydantic import BaseModel

from shared.database.engine import Database
from shared.database.unit_of_work import UnitOfWork
from shared.http.once import Once, once
from shared.http.problems import install_problem_handlers
from shared.http.rights import allowed
from shared.http.versions import if_match
from shared.kernel.errors import ImpossibleMove
from shared.security.principal import Principal, Role
from tests.builders.messaging import counted, effects_of, note_effect
from tests.builders.tokens import Issuer

pytestmark = pytest.mark.integration

RIGHTS = {"do": frozenset({Role.REFERENT})}


class Order(BaseModel):
    n: int
    refuse: bool = False


class Answer(BaseModel):
    n: int


@pytest.fixture
def issuer() -> Issuer:
    return Issuer()


@pytest.fixture
async def client(probe_database: Database, issuer: Issuer) -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI()
    app.state.database, app.state.tokens, app.state.accounts = probe_database, issuer.verifier, None
    install_problem_handlers(app)

    @app.post("/acts")
    async def act(
        order: Order,
        only: Annotated[Once, Depends(once)],
        agent: Annotated[Principal, Depends(allowed(RIGHTS, "do"))],
    ) -> Response:
        async def command(uow: UnitOfWork) -> tuple[Answer, int]:
            await note_effect(counted("act", order.n), uow)
            if order.refuse:
                raise ImpossibleMove("Ce CER est déjà décidé : créez-en un nouveau.")
            return Answer(n=order.n), 7

        return await only.run(command, status=201)

    @app.put("/things")
    async def change(version: Annotated[int, Depends(if_match)]) -> Answer:
        return Answer(n=version)

    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://service.test") as found:
        found.headers.update(issuer.headers(Role.REFERENT))
        yield found


async def post(client: httpx.AsyncClient, key: str | None, **body: object) -> httpx.Response:
    return await client.post("/acts", json=body, headers={"Idempotency-Key": key} if key else {})


async def test_the_same_key_does_it_once_and_answers_the_same(
    client: httpx.AsyncClient, probe_database: Database
) -> None:
    first, second = await post(client, "k", n=1), await post(client, "k", n=1)
    assert (first.status_code, first.json(), first.headers["etag"]) == (201, {"n": 1}, '"7"')
    assert (second.status_code, second.json(), second.headers["etag"]) == (201, {"n": 1}, '"7"')
    assert "idempotent-replayed" not in first.headers
    assert second.headers["idempotent-replayed"] == "true"
    assert await effects_of(probe_database, "act") == [1]


async def test_twins_at_the_same_moment_do_it_once(client: httpx.AsyncClient, probe_database: Database) -> None:
    answers = await asyncio.gather(*(post(client, "k", n=1) for _ in range(8)))
    assert {answer.status_code for answer in answers} == {201}
    assert await effects_of(probe_database, "act") == [1]


async def test_a_key_for_another_request_is_refused(client: httpx.AsyncClient) -> None:
    await post(client, "k", n=1)
    answer = await post(client, "k", n=2)
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:cer:problem:idempotency-key-reused")


async def test_the_same_key_of_another_agent_is_another_key(client: httpx.AsyncClient, issuer: Issuer) -> None:
    await post(client, "k", n=1)
    client.headers.update(issuer.headers(Role.REFERENT, "somebody-else"))
    assert "idempotent-replayed" not in (await post(client, "k", n=1)).headers


async def test_a_refusal_leaves_nothing_and_the_key_free(client: httpx.AsyncClient, probe_database: Database) -> None:
    answer = await post(client, "k", n=1, refuse=True)
    assert answer.status_code == 409
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["title"] == "Impossible dans cet état"
    assert await effects_of(probe_database, "act") == []
    assert (await post(client, "k", n=1)).status_code == 201


async def test_a_post_without_its_key_is_refused(client: httpx.AsyncClient) -> None:
    answer = await post(client, None, n=1)
    assert (answer.status_code, answer.json()["type"]) == (400, "urn:cer:problem:idempotency-key-required")


@pytest.mark.parametrize("header", [None, "7", 'W/"7"', '"x"', "*"])
async def test_an_update_without_its_version_is_refused(client: httpx.AsyncClient, header: str | None) -> None:
    answer = await client.put("/things", headers={"If-Match": header} if header else {})
    assert (answer.status_code, answer.json()["type"]) == (428, "urn:cer:problem:version-required")


async def test_malformed_input_names_the_field_and_never_repeats_the_value(client: httpx.AsyncClient) -> None:
    answer = await post(client, "k", n="482913 secret")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "n"
    assert "482913" not in answer.text


async def test_without_a_token_or_without_the_role_nothing_is_done(
    client: httpx.AsyncClient, issuer: Issuer, probe_database: Database
) -> None:
    client.headers.update(issuer.headers(Role.ADMIN))
    assert (await post(client, "k", n=1)).json()["type"] == "urn:cer:problem:forbidden"
    del client.headers["authorization"]
    answer = await post(client, "k", n=1)
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
    assert await effects_of(probe_database, "act") == []


async def test_a_body_that_cannot_be_decoded_is_refused_with_what_to_do(client: httpx.AsyncClient) -> None:
    headers = {"Idempotency-Key": "k", "Content-Type": "application/json"}
    answer = await client.post("/acts", content=b'{"n": "\xe9"}', headers=headers)
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:cer:problem:malformed")
    assert "UTF-8" in answer.json()["detail"]

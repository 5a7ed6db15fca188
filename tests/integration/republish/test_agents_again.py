"""Agents told again: a service that was down, or whose database is new, ends with the rights of the others."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from services.contracts.adapters.repository import stores_of
from services.contracts.application.commands.agents import at_work
from services.contracts.application.commands.republishing import Republisher
from shared.accounts.following import Accounts
from shared.database.engine import Database
from shared.events.contracts import AgentChanged
from shared.events.replacements import ReplacementChanged
from shared.kernel.clock import legal_date
from shared.runtime.roles import ProcessRole
from shared.security.principal import AgentDeactivated, Principal, Role
from tests.builders.relations import hear
from tests.builders.tokens import Issuer
from tests.fixtures.databases import fresh_database
from tests.integration.contracts.conftest import REFERENT, Contracts, contracts_at

pytestmark = pytest.mark.integration

AGENTS = (REFERENT, "referent-est", "referent-externe", "referent-parti", "referent-vu-une-fois", "inconnu")


@pytest.fixture
async def contracts(
    postgres_url: str, migrated_template: Callable[[str], Awaitable[str]], tmp_path: Path
) -> AsyncIterator[Contracts]:
    issuer = Issuer()
    async with (
        fresh_database(postgres_url, await migrated_template("contracts")) as url,
        contracts_at(url, tmp_path, "127.0.0.1:1", frozenset({ProcessRole.API}), issuer) as running,
    ):
        yield running
    await issuer.verifier.close()


@asynccontextmanager
async def new_database(admin: str, template: str) -> AsyncIterator[Database]:
    async with fresh_database(admin, template) as url:
        database = Database(url)
        yield database
        await database.close()


def token(subject: str) -> Principal:
    return Principal(subject, Role.REFERENT, "nord", "Agent Fictif", None, "Agent")


async def in_contracts(contracts: Contracts, subject: str) -> Principal | None:
    """Who asks, as contracts has it; none where it lets nobody in."""
    async with contracts.database.read() as session:
        try:
            return (await at_work(stores_of(session), token(subject), legal_date(contracts.clock.now())))[0]
        except AgentDeactivated:
            return None


async def elsewhere(contracts: Contracts, database: Database, subject: str) -> Principal | None:
    """The same, as a service that follows has it."""
    try:
        return await Accounts(database, contracts.clock).at_work(token(subject))
    except AgentDeactivated:
        return None


async def stands_in(contracts: Contracts, database: Database) -> frozenset[str]:
    """For whom the service has the substitute stand in."""
    found = await elsewhere(contracts, database, "referent-est")
    assert found is not None
    return found.stands_in_for


async def keep(contracts: Contracts, agent_id: str, *territories: str, seen: int = 0) -> None:
    body: dict[str, Any] = {
        "full_name": "Agent Fictif",
        "role": "referent",
        "territories": territories,
        "quality": "Agent",
    }
    body |= {"mail": None, "telephone": None, "organisation": None if territories else "Une association fictive"}
    answer = await contracts.send("PUT", f"/agents/{agent_id}", body, Role.ADMIN, version=seen)
    assert answer.status_code == 200, answer.text


async def replace(contracts: Contracts, substitute: str) -> str:
    body = {"substitute_id": substitute, "first_day": "2026-03-12", "last_day": "2026-03-31"}
    answer = await contracts.send("POST", f"/agents/{REFERENT}/replacements", body, Role.ADMIN)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def a_directory(contracts: Contracts) -> None:
    """Several territories, a partner body, a closed account, a running replacement and one that was ended."""
    for one in (REFERENT, "referent-vu-une-fois"):
        assert (await contracts.get("/dossiers", subject=one)).status_code == 200
    await keep(contracts, "referent-est", "est", "sud")
    await keep(contracts, "referent-externe")
    await keep(contracts, "referent-parti", "nord")
    assert (await contracts.send("POST", "/agents/referent-parti/deactivation", role=Role.ADMIN)).status_code == 200
    await replace(contracts, "referent-est")
    ended = await replace(contracts, "referent-externe")
    assert (await contracts.send("DELETE", f"/replacements/{ended}", role=Role.ADMIN, version=1)).status_code == 200


async def heard(contracts: Contracts, database: Database) -> None:
    for event in await contracts.told(AgentChanged, ReplacementChanged):
        await hear("documents", database, event)


async def as_contracts_has_it(contracts: Contracts, database: Database) -> bool:
    there = [await in_contracts(contracts, one) for one in AGENTS]
    assert [one is None for one in there] == [one == "referent-parti" for one in AGENTS]
    assert sum(bool(one and one.stands_in_for) for one in there) == 1
    return [await elsewhere(contracts, database, one) for one in AGENTS] == there


async def test_as_it_happens_and_told_again_the_rights_are_the_same(
    contracts: Contracts, postgres_url: str, migrated_template: Callable[[str], Awaitable[str]]
) -> None:
    template = await migrated_template("documents")
    async with new_database(postgres_url, template) as followed, new_database(postgres_url, template) as new:
        await a_directory(contracts)
        await heard(contracts, followed)
        assert await as_contracts_has_it(contracts, followed)

        async with contracts.database.begin() as uow:
            await uow.session.execute(text("DELETE FROM outbox"))
        assert not await as_contracts_has_it(contracts, new)
        await Republisher(contracts.database, stores_of, contracts.clock).tell("agents")

        await heard(contracts, new)
        assert await as_contracts_has_it(contracts, new)


async def test_a_backup_in_which_a_replacement_still_runs_learns_that_it_was_ended(
    contracts: Contracts, postgres_url: str, migrated_template: Callable[[str], Awaitable[str]]
) -> None:
    async with new_database(postgres_url, await migrated_template("documents")) as restored:
        assert (await contracts.get("/dossiers", subject=REFERENT)).status_code == 200
        await keep(contracts, "referent-est", "est")
        made = await replace(contracts, "referent-est")
        await heard(contracts, restored)
        assert await stands_in(contracts, restored) == {REFERENT}

        await contracts.send("DELETE", f"/replacements/{made}", role=Role.ADMIN, version=1)
        async with contracts.database.begin() as uow:
            await uow.session.execute(text("DELETE FROM outbox"))
        await Republisher(contracts.database, stores_of, contracts.clock).tell("agents")
        await heard(contracts, restored)

        assert await stands_in(contracts, restored) == frozenset()

"""No list of contracts reads a large table from end to end: what PostgreSQL plans for every query of every GET.

Nothing is listed by hand. The operations and their parameters are those of the API's own description; each is asked
with every parameter alone, by every role; each statement that this sends is explained with the values it was sent with.
A new list is covered by existing; a parameter that has no value to be tried with fails.
"""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.runtime.roles import ProcessRole
from shared.security.principal import Role
from tests.builders.openapi import Read, reads
from tests.builders.seeded import AGENTS, PLACE, TERRITORY, samples
from tests.builders.tokens import Issuer
from tests.fixtures.databases import fresh_database
from tests.integration.contracts.conftest import Contracts, contracts_at
from tools.seed.load import seed

pytestmark = [pytest.mark.integration, pytest.mark.timeout(1_200)]

DOSSIERS = 20_000
# A table of fewer rows is read faster whole.
LARGE = 5_000

_AUDIT = """
INSERT INTO audit_entry (id, at, actor, role, operation, outcome, dossiers, cers, previous_hash, hash)
SELECT n, now(), 'agent-' || n % 500, 'referent', 'read-dossier', 'ok', ARRAY[gen_random_uuid()], '{}',
       sha256(n::text::bytea), sha256((n + 1)::text::bytea)
FROM generate_series(1, 20000) AS n
"""

Sent = dict[tuple[str, str], Any]


@pytest.fixture
async def large(
    postgres_url: str, migrated_template: Callable[[str], Awaitable[str]], tmp_path: Path, issuer: Issuer
) -> AsyncIterator[Contracts]:
    """The service on 20,000 dossiers, 40,000 CERs, 20,000 lines of audit."""
    api = frozenset({ProcessRole.API})
    async with (
        fresh_database(postgres_url, await migrated_template("contracts")) as url,
        contracts_at(url, tmp_path, "127.0.0.1:1", api, issuer) as service,
    ):
        await seed(url, DOSSIERS, PLACE, lambda _: None)
        async with service.database.engine.begin() as connection:
            await connection.execute(text(_AUDIT))
            await connection.execute(text("ANALYZE audit_entry"))
        yield service


async def test_no_get_reads_a_large_table_from_end_to_end(large: Contracts) -> None:
    values = await samples(large.database)
    sent: Sent = {}
    tried = set()

    def note(_: Any, __: Any, statement: str, parameters: Any, *___: Any) -> None:
        if statement.lstrip().startswith(("SELECT", "WITH")):
            sent.setdefault((tried_now, statement), parameters)

    event.listen(large.database.engine.sync_engine, "before_cursor_execute", note)
    every = reads(large.app)
    paged = {read.path for read in every}
    for read in every:
        if read.path.rpartition(".")[0] in paged:  # a file of the same windows as the page of that name
            continue
        for role, subject in AGENTS.items():
            tried_now = f"GET {read.path} as {role}"
            if await _ask_all(large, read, values, role, subject):
                tried.add(read.path)
    event.remove(large.database.engine.sync_engine, "before_cursor_execute", note)

    found = []
    async with large.database.engine.connect() as connection:
        # As disks are now. With the default, made for disks that turn, reading a narrow table whole is dearer than a
        # hundred lookups only from a size on that takes minutes to load.
        await connection.execute(text("SET random_page_cost = 1.1"))
        tables = await _large_tables(connection)
        assert {"dossier", "cer", "cer_history", "household", "audit_entry"} <= tables
        for (by, statement), parameters in sent.items():
            whole = await _read_whole(connection, statement, parameters) & tables
            found += [f"{by} reads all of {table}: {statement}" for table in whole]
    assert {"/dossiers", "/cers", "/cers/counts", "/dossiers/{dossier_id}/cers", "/cers/{cer_id}"} <= tried
    assert len(sent) > 50
    assert not found, "\n".join(found)


async def _ask_all(large: Contracts, read: Read, values: Any, role: Role, subject: str) -> bool:
    """Asks in every way, and for the page that follows; stops at once when the role may not."""
    answered = False
    for query in read.choices(values):
        answer = await _ask(large, read.address(values), query, role, subject)
        assert answer.status_code < 500, f"{read.path} {query}: {answer.text}"
        if answer.status_code in {403, 404}:
            return answered
        answered = answered or answer.status_code == 200
        if (following := _next(answer)) is not None:
            page = await _ask(large, read.address(values), {**query, "after": following}, role, subject)
            assert page.status_code == 200, page.text
    return answered


async def _ask(large: Contracts, path: str, query: dict[str, str], role: Role, subject: str) -> httpx.Response:
    headers = large.headers(role, subject, TERRITORY)
    return await large.client.get(path, params=query, headers=headers)


def _next(answer: httpx.Response) -> str | None:
    if answer.status_code != 200 or not answer.headers["content-type"].startswith("application/json"):
        return None
    body = answer.json()
    return body.get("next") if isinstance(body, dict) else None


async def _large_tables(connection: AsyncConnection) -> set[str]:
    rows = await connection.execute(
        text("SELECT relname FROM pg_class WHERE relkind = 'r' AND reltuples >= :large"), {"large": LARGE}
    )
    return set(rows.scalars())


async def _read_whole(connection: AsyncConnection, statement: str, parameters: Any) -> set[str]:
    """The tables that the plan of this statement reads from end to end."""
    found = await connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", parameters)
    plan = found.scalar_one()
    plan = json.loads(plan) if isinstance(plan, str) else plan
    return {node["Relation Name"] for node in _nodes(plan[0]["Plan"]) if node["Node Type"] == "Seq Scan"}


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for inner in plan.get("Plans", []):
        yield from _nodes(inner)

"""Statements that go by the driver itself fail as all others do, and leave no connection behind that nobody can use."""

import asyncio

import pytest
from sqlalchemy.exc import DBAPIError

from shared.database.away import is_away
from shared.database.engine import Database

pytestmark = pytest.mark.integration


async def test_a_statement_gives_its_rows_and_is_committed(probe_database: Database) -> None:
    await probe_database.fetch("INSERT INTO effect (key, version) VALUES ($1, $2)", "a", 1)
    rows = await probe_database.fetch("SELECT key, version FROM effect WHERE version = ANY ($1::integer[])", [1, 2])
    assert [tuple(row) for row in rows] == [("a", 1)]


async def test_what_is_refused_is_told_apart_from_a_database_that_is_away(probe_database: Database) -> None:
    with pytest.raises(DBAPIError) as refused:
        await probe_database.fetch("INSERT INTO effect (key) VALUES ($1)", "a")
    assert not is_away(refused.value)
    assert getattr(refused.value.orig, "sqlstate", None) == "23502"
    with pytest.raises(DBAPIError) as cut:
        await probe_database.fetch("SELECT pg_terminate_backend(pg_backend_pid())")
    assert is_away(cut.value)
    assert [row["one"] for row in await probe_database.fetch("SELECT 1 AS one")] == [1]


async def test_a_server_that_lets_nobody_in_and_one_that_is_not_there_are_told_as_elsewhere(
    probe_database: Database,
) -> None:
    outside = Database(f"{probe_database.url}-absent")
    with pytest.raises(DBAPIError) as refused:
        await outside.fetch("SELECT 1")
    assert getattr(refused.value.orig, "sqlstate", None) == "3D000"
    nowhere = Database("postgresql+asyncpg://nobody:nothing@127.0.0.1:1/nothing")
    with pytest.raises(OSError, match="Connect call failed"):
        await nowhere.fetch("SELECT 1")


async def test_one_who_goes_away_in_the_middle_leaves_the_pool_as_it_was(probe_database: Database) -> None:
    small = Database(probe_database.url, pool_size=1)
    for _ in range(5):
        sleeping = asyncio.create_task(small.fetch("SELECT pg_sleep(600)"))
        await asyncio.sleep(0.05)
        sleeping.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sleeping
    async with asyncio.timeout(20), small.begin() as uow:
        assert await uow.session.connection() is not None
        assert [row["one"] for row in await small.fetch("SELECT 1 AS one")] == [1]
    await small.close()

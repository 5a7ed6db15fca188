"""A transaction holds what the toolkit and the driver do in it, or none of it, whatever cuts it short."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from shared.database.away import is_away, is_conflict
from shared.database.driver import fetch, part
from shared.database.engine import Database

pytestmark = pytest.mark.integration

_OTHERS = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
_ADD = "INSERT INTO effect (key, version) VALUES ($1, $2)"


async def _by_the_driver(session: AsyncSession, statement: str) -> None:
    await fetch(session, statement)


async def _by_the_toolkit(session: AsyncSession, statement: str) -> None:
    await session.execute(text(statement))


BOTH = pytest.mark.parametrize("run", [_by_the_driver, _by_the_toolkit])
Run = Callable[[AsyncSession, str], Awaitable[None]]


async def _versions(database: Database) -> list[int]:
    rows = await database.fetch("SELECT version FROM effect ORDER BY version")
    return [row["version"] for row in rows]


async def _fill(database: Database, connections: int) -> None:
    """Has the pool open so many."""

    async def hold(all_hold: asyncio.Barrier) -> None:
        async with database.begin() as uow:
            await fetch(uow.session, "SELECT 1")
            await all_hold.wait()

    all_hold = asyncio.Barrier(connections)
    await asyncio.gather(*(hold(all_hold) for _ in range(connections)))


async def _others(database: Database) -> int:
    """How many connections to this database are not this pool's."""
    return int((await database.fetch(f"SELECT count(*) AS others {_OTHERS}"))[0]["others"])


async def test_both_see_what_the_other_did_and_one_commit_keeps_it(probe_database: Database) -> None:
    async with probe_database.begin() as uow:
        await fetch(uow.session, _ADD, "a", 1)
        assert await uow.session.scalar(text("SELECT count(*) FROM effect")) == 1
        await uow.session.execute(text("INSERT INTO effect (key, version) VALUES ('a', 2)"))
        assert len(await fetch(uow.session, "SELECT FROM effect")) == 2
        assert await _versions(probe_database) == []
    assert await _versions(probe_database) == [1, 2]


@BOTH
async def test_a_failure_takes_all_of_it_back(probe_database: Database, run: Run) -> None:
    with pytest.raises(IntegrityError):
        async with probe_database.begin() as uow:
            await fetch(uow.session, _ADD, "a", 1)
            await run(uow.session, "INSERT INTO effect (key) VALUES ('a')")
    assert await _versions(probe_database) == []


@BOTH
async def test_a_part_that_fails_is_taken_back_alone(probe_database: Database, run: Run) -> None:
    async with probe_database.begin() as uow:
        await run(uow.session, "INSERT INTO effect (key, version) VALUES ('a', 1)")
        with pytest.raises(IntegrityError):
            async with part(uow.session):
                await run(uow.session, "INSERT INTO effect (key, version) VALUES ('a', 2)")
                await run(uow.session, "INSERT INTO effect (key) VALUES ('a')")
        await run(uow.session, "INSERT INTO effect (key, version) VALUES ('a', 3)")
    assert await _versions(probe_database) == [1, 3]


@BOTH
async def test_who_is_called_off_in_a_part_is_not_told_of_the_weather(probe_database: Database, run: Run) -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05), probe_database.begin() as uow, part(uow.session):
            await run(uow.session, "SELECT pg_sleep(600)")


async def test_what_fails_on_committing_is_told_and_not_kept(probe_database: Database) -> None:
    async with probe_database.begin() as uow:
        await uow.session.execute(text("CREATE TABLE late (one integer UNIQUE DEFERRABLE INITIALLY DEFERRED)"))
    with pytest.raises(IntegrityError):
        async with probe_database.begin() as uow:
            await fetch(uow.session, _ADD, "a", 1)
            await fetch(uow.session, "INSERT INTO late VALUES (1), (1)")
    assert await _versions(probe_database) == []


async def test_a_wrong_value_is_no_weather_and_a_conflict_is_one(probe_database: Database) -> None:
    with pytest.raises(DataError) as wrong:
        async with probe_database.begin() as uow:
            await fetch(uow.session, _ADD, "a", "secret")
    assert not is_away(wrong.value)
    with pytest.raises(IntegrityError) as refused:
        async with probe_database.begin() as uow:
            await fetch(uow.session, "INSERT INTO effect (key) VALUES ($1)", "secret")
    assert not [error for error in (wrong.value, refused.value) if "secret" in str(error)]
    with pytest.raises(DBAPIError) as lost:
        async with probe_database.begin() as uow:
            await fetch(uow.session, "DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = 'deadlock_detected'; END $$")
    assert is_conflict(lost.value)


@BOTH
async def test_a_connection_that_is_cut_and_those_cut_with_it_are_given_to_nobody(
    probe_database: Database, run: Run
) -> None:
    service = Database(probe_database.url, pool_size=5)
    await _fill(service, 5)
    with pytest.raises((DBAPIError, OSError)) as cut:
        async with service.begin() as uow:
            await fetch(uow.session, _ADD, "a", 1)
            await run(uow.session, "SELECT pg_terminate_backend(pg_backend_pid())")
    assert is_away(cut.value)
    await probe_database.fetch(f"SELECT pg_terminate_backend(pid) {_OTHERS}")
    while await _others(probe_database):
        pass

    for version in range(2, 8):
        async with service.begin() as uow:
            await fetch(uow.session, _ADD, "a", version)
    assert [row["one"] for row in await service.fetch("SELECT 1 AS one")] == [1]

    assert await _versions(probe_database) == [2, 3, 4, 5, 6, 7]
    await service.close()


async def test_what_cuts_one_transaction_short_costs_the_pool_that_connection_alone(probe_database: Database) -> None:
    async with probe_database.begin() as uow:
        await uow.session.execute(text("CREATE TABLE late (one integer UNIQUE DEFERRABLE INITIALLY DEFERRED)"))
    service = Database(probe_database.url, pool_size=5)
    await _fill(service, 5)
    for _ in range(3):
        with pytest.raises(IntegrityError):
            async with service.begin() as uow:
                await fetch(uow.session, "INSERT INTO late VALUES (1), (1)")
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05), service.begin() as uow:
                await uow.session.execute(text("SELECT pg_sleep(600)"))
    await _fill(service, 5)
    assert await _others(probe_database) <= 5
    await service.close()
    while await _others(probe_database):
        pass


@BOTH
async def test_one_who_goes_away_in_the_middle_leaves_nothing_and_the_pool_as_it_was(
    probe_database: Database, run: Run
) -> None:
    small = Database(probe_database.url, pool_size=1)

    async def sleep(asleep: asyncio.Event) -> None:
        async with small.begin() as uow:
            await fetch(uow.session, _ADD, "a", 1)
            asleep.set()
            await run(uow.session, "SELECT pg_sleep(600)")

    for _ in range(5):
        asleep = asyncio.Event()
        sleeping = asyncio.create_task(sleep(asleep))
        await asleep.wait()
        sleeping.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sleeping
    async with asyncio.timeout(20), small.begin() as uow:
        await fetch(uow.session, _ADD, "a", 2)
    assert await _versions(small) == [2]
    await small.close()

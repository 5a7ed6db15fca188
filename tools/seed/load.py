"""Loads the made-up département by COPY, in one transaction: all of it or nothing.

Secondary indexes, foreign keys and unique constraints of the tables are dropped first and made again afterwards, from
what the database itself says of them, which checks all rows at once; triggers that copy are stopped, since the rows
hold what they would have written.
"""

import asyncio
import multiprocessing
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from random import Random
from typing import Any

import asyncpg

from services.contracts.adapters.repository.dossier_rows import household_row_of, row_of
from services.contracts.domain.dossiers.household import plain
from services.contracts.domain.dossiers.names import CORRECTED_FROM, spellings
from tools.seed.cers import LINE, Row, cers, numbers
from tools.seed.people import TERRITORIES, Place, dossiers, referents

TABLES = ("household", "dossier", "cer", "cer_history")
CHUNK = 5_000
WORKERS = 2

_CONSTRAINTS = """
SELECT conrelid::regclass::text AS relation, conname AS name, pg_get_constraintdef(oid) AS definition
FROM pg_constraint WHERE conrelid = ANY($1::regclass[]) AND contype IN ('f', 'u') ORDER BY contype DESC
"""
_INDEXES = """
SELECT indexrelid::regclass::text AS name, pg_get_indexdef(indexrelid) AS definition
FROM pg_index WHERE indrelid = ANY($1::regclass[]) AND NOT indisprimary
AND indexrelid NOT IN (SELECT conindid FROM pg_constraint)
"""


class AlreadySeededError(Exception):
    """This seed was loaded into this database before."""


async def seed(url: str, number: int, place: Place, say: Callable[[str], None] = print) -> None:
    """Adds so many dossiers, and twice as many CERs. Emits no event. Raises AlreadySeededError."""
    connection = await asyncpg.connect(url.replace("postgresql+asyncpg://", "postgresql://"))
    started = time.monotonic()
    try:
        async with connection.transaction():
            await _refuse_twice(connection, place)
            remake = await _bare(connection)
            await _territories(connection)
            await _agents(connection, place)
            await _fill(connection, number, place, say)
            await _words(connection)
            say(f"{time.monotonic() - started:6.0f} s  index et contraintes…")
            for statement in remake:
                await connection.execute(statement)
        for table in (*TABLES, "name_word"):
            await connection.execute(f"VACUUM ANALYZE {table}")
    finally:
        await connection.close()
    say(f"{time.monotonic() - started:6.0f} s  {number} dossiers, {2 * number} CER")


async def _refuse_twice(connection: asyncpg.Connection, place: Place) -> None:
    """The matricules of a seed are its own."""
    if await connection.fetchval(
        "SELECT EXISTS (SELECT FROM household WHERE matricule LIKE $1)", f"{place.seed % 1000:03}_________"
    ):
        raise AlreadySeededError


async def _bare(connection: asyncpg.Connection) -> list[str]:
    """Takes off what slows COPY down; returns the statements that put it back."""
    remake = []
    for one in await connection.fetch(_CONSTRAINTS, TABLES):
        await connection.execute(f'ALTER TABLE {one["relation"]} DROP CONSTRAINT "{one["name"]}"')
        remake.append(f'ALTER TABLE {one["relation"]} ADD CONSTRAINT "{one["name"]}" {one["definition"]}')
    for one in await connection.fetch(_INDEXES, TABLES):
        await connection.execute(f"DROP INDEX {one['name']}")
        remake.append(one["definition"])
    for table in TABLES:
        await connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        remake.append(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    return ["SET LOCAL maintenance_work_mem = '256MB'", *remake]


async def _agents(connection: asyncpg.Connection, place: Place) -> None:
    rows = [
        (
            one.id,
            one.role.value,
            one.territory,
            one.full_name,
            plain(one.full_name),
            one.profile.mail,
            one.profile.quality,
        )
        for one in referents(place.seed)
    ]
    await connection.executemany(
        "INSERT INTO agent (id, version, role, territory, territories, full_name, name_key, mail, quality, active) "
        "VALUES ($1, 1, $2, $3, ARRAY[$3], $4, $5, $6, $7, true) ON CONFLICT DO NOTHING",
        rows,
    )


async def _territories(connection: asyncpg.Connection) -> None:
    await connection.executemany(
        "INSERT INTO territory (id, version, name, active, offices) VALUES ($1, 1, $1, true, '[]') "
        "ON CONFLICT DO NOTHING",
        [(code,) for code in TERRITORIES],
    )


async def _fill(connection: asyncpg.Connection, number: int, place: Place, say: Callable[[str], None]) -> None:
    started = time.monotonic()
    done = 0
    async for tables in _chunks(number, place):
        for table, (columns, rows) in tables.items():
            await connection.copy_records_to_table(table, records=rows, columns=columns)
        done = min(done + CHUNK, number)
        if done % 50_000 == 0:
            say(f"{time.monotonic() - started:6.0f} s  {done} dossiers")


async def _words(connection: asyncpg.Connection) -> None:
    """The words of all names with their near spellings, as the repository keeps them."""
    rows = await connection.fetch("SELECT unnest(name_words) AS word FROM dossier EXCEPT SELECT word FROM name_word")
    kept = [(row["word"], spellings(row["word"])) for row in rows if len(row["word"]) >= CORRECTED_FROM]
    await connection.copy_records_to_table("name_word", records=kept, columns=["word", "spellings"])


async def _chunks(number: int, place: Place) -> AsyncIterator["dict[str, Rows]"]:
    """Rows made in processes beside this one, which has enough to do with sending them; a few are made here."""
    firsts = range(0, number, CHUNK)
    if len(firsts) <= 2:
        for first in firsts:
            yield chunk(place, first, number)
        return
    with ProcessPoolExecutor(WORKERS, multiprocessing.get_context("spawn")) as pool:
        making = deque(pool.submit(chunk, place, first, number) for first in firsts[: 2 * WORKERS])
        for ahead in [*firsts[2 * WORKERS :], *[None] * len(making)]:
            tables = await asyncio.wrap_future(making.popleft())
            if ahead is not None:
                making.append(pool.submit(chunk, place, ahead, number))
            yield tables


Rows = tuple[list[str], list[tuple[Any, ...]]]


def chunk(place: Place, first: int, number: int) -> dict[str, Rows]:
    """The rows of a chunk, by table in the order of loading.

    Its luck is its own: a smaller département is the beginning of a larger one.
    """
    luck = Random(f"{place.seed}:{first}")
    size = min(CHUNK, number - first)
    people = list(dossiers(place, luck, first, size))
    homes = {one.household: household_row_of(one.household) for one in people}
    written = [
        made for one, count in zip(people, numbers(luck, size), strict=True) for made in cers(place, luck, one, count)
    ]
    return {
        "household": _values(list(homes.values())),
        # COPY takes JSON as text.
        "dossier": _values([{**row_of(one), "unreached": "[]", "version": 1} for one in people]),
        "cer": _values([made.cer for made in written]),
        "cer_history": (list(LINE), [line for made in written for line in made.history]),
    }


def _values(rows: Sequence[Row]) -> Rows:
    columns = list(rows[0])
    return columns, [tuple(row[name] for name in columns) for row in rows]

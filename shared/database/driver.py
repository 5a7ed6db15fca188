"""Statements that the driver runs without the toolkit, for what is done for each of thousands of rows or events.

They cost a quarter of what the toolkit takes for them, fail as its own do, and are part of the same transaction.
"""

import json
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import Any

import asyncpg
from sqlalchemy import Table
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, InterfaceError
from sqlalchemy.ext.asyncio import AsyncSession

DRIVER = "driver"


async def fetch(session: AsyncSession, statement: str, *values: object) -> list[asyncpg.Record]:
    """The rows of one statement in the transaction of `Database.begin`: `$1` is the first value, JSON is text.

    Raises IntegrityError, DataError, DBAPIError and InterfaceError, as the toolkit does.
    """
    driver = _driver(session)
    with as_the_toolkit_says():
        rows: list[asyncpg.Record] = await driver.fetch(statement, *values)
    return rows


@asynccontextmanager
async def part(session: AsyncSession) -> AsyncIterator[None]:
    """A part of the transaction of `Database.begin`: when it raises, it is taken back, and what was before it stays.

    To be used in the place of the toolkit's savepoints, which do not know of what the driver does.
    """
    savepoint = _driver(session).transaction()
    with as_the_toolkit_says():
        await savepoint.start()
    try:
        yield
    except BaseException:
        # Where this fails, what raised is what matters, and the whole transaction is lost with its connection.
        with suppress(asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
            await savepoint.rollback()
        raise
    with as_the_toolkit_says():
        await savepoint.commit()


class Insert:
    """Whole rows into these columns of a table. With `unless_there`, one whose key is taken is left out."""

    def __init__(self, table: Table, columns: Sequence[str], *, unless_there: bool = False) -> None:
        places = ", ".join(f"${number}" for number in range(1, len(columns) + 1))
        conflict = " ON CONFLICT DO NOTHING" if unless_there else ""
        names = ", ".join(f'"{name}"' for name in columns)
        self._statement = f"INSERT INTO {table.name} ({names}) VALUES ({places}){conflict}"  # noqa: S608 - of ours
        self._columns = [(name, isinstance(table.c[name].type, JSONB)) for name in columns]

    async def one(self, session: AsyncSession, row: Mapping[str, Any]) -> bool:
        """Whether the row was added."""
        return bool(await fetch(session, f"{self._statement} RETURNING 1", *self._values(row)))

    async def many(self, session: AsyncSession, rows: Sequence[Mapping[str, Any]]) -> None:
        """In their order."""
        with as_the_toolkit_says():
            await _driver(session).executemany(self._statement, [self._values(row) for row in rows])

    def _values(self, row: Mapping[str, Any]) -> list[Any]:
        return [json.dumps(row[name]) if js and row[name] is not None else row[name] for name, js in self._columns]


def _driver(session: AsyncSession) -> asyncpg.Connection:
    """The connection of a session that `Database.begin` gave."""
    return session.info[DRIVER]


@contextmanager
def as_the_toolkit_says() -> Iterator[None]:
    """Errors of the driver become the toolkit's. None repeats a value: names, texts, numbers."""
    try:
        yield
    except asyncpg.IntegrityConstraintViolationError as error:
        error.detail = None
        raise IntegrityError(None, None, error, hide_parameters=True) from error
    except asyncpg.DataError as error:
        # Its own words repeat the value.
        bare = type(error)("a value that does not fit its type")
        raise DataError(None, None, bare, hide_parameters=True) from None
    except asyncpg.PostgresError as error:
        error.detail = None
        raise DBAPIError(None, None, error, hide_parameters=True) from error
    except asyncpg.InterfaceError as error:
        raise InterfaceError(None, None, error, hide_parameters=True) from error

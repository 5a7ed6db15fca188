"""Work rows: what is slow or outside (rendering, sealing, mail) is done by workers, never inside a reaction.

A row is taken with a lease, tried, and finished in one transaction with what it changes and emits. A worker that dies
leaves its lease to run out; the row is then taken again, unless it had been handed over to a provider that may have
accepted it: then nobody knows, its status is `unknown`, and it is shown instead of being sent twice.
"""

import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy import func, update
from sqlalchemy.ext.asyncio import AsyncSession

from shared.database.driver import fetch
from shared.database.engine import Database
from shared.database.unit_of_work import UnitOfWork
from shared.messaging.tables import work
from shared.telemetry.traces import current_traceparent

Entry = TypeVar("Entry")
Record = Callable[[UnitOfWork], Awaitable[None]]


@dataclass(frozen=True)
class Together(Generic[Entry]):
    """A record that costs less when it is written with others: `write` gets the entries of all rows that close with it.

    Where the same function cannot write them together, it is called for each alone. It writes in nobody's trace:
    `Job.trace` says in which one each entry was made.
    """

    write: Callable[[UnitOfWork, Sequence[Entry]], Awaitable[None]]
    entry: Entry


@dataclass(frozen=True)
class Done:
    """Finished. `record` writes the result and emits its events in the transaction that closes the row."""

    record: Record | Together[Any] | None = None


@dataclass(frozen=True)
class RetryLater:
    """Try again after `delay`; `code` says why, for the one who looks."""

    delay: timedelta
    code: str


@dataclass(frozen=True)
class GiveUp:
    """It cannot be done. `record` tells the others."""

    code: str
    record: Record | Together[Any] | None = None


@dataclass(frozen=True)
class Unknown:
    """The provider may have accepted it; it is never tried again by itself."""

    code: str
    record: Record | Together[Any] | None = None


@dataclass(frozen=True)
class LookAgain:
    """Nothing is wrong and nothing is over: look again after `delay`, as at a first try.

    `record` writes what was learnt in the transaction that puts the row back.
    """

    delay: timedelta
    record: Record | Together[Any] | None = None


@dataclass(frozen=True)
class Untried:
    """Its turn did not come: it is put back as it was, due at once. For a row that would wait longer than its lease."""


Outcome = Done | RetryLater | LookAgain | GiveUp | Unknown | Untried


class LeaseLost(Exception):  # noqa: N818 - it names what happened
    """Another worker took the row because this one was too slow: its result is dropped."""


@dataclass
class Job:
    """One row in a worker's hands. `attempts` counts from 1, `lapses` the workers that never came back with it.

    `lost`: an earlier worker handed it over and was not heard of again. `handed_over`: this one did. `due` is since
    when it had waited: a later time in the row means that it was woken meanwhile. `trace` is the traceparent of what
    made it, then of the span in which it is done.
    """

    id: UUID
    kind: str
    payload: dict[str, Any]
    attempts: int
    lapses: int
    lease: UUID
    trace: str | None
    lost: bool
    due: datetime
    database: Database
    mark: Callable[["Job"], Awaitable[None]]
    handed_over: bool = False

    async def handing_over(self) -> None:
        """To be called just before the provider is: from here on a crash means `unknown`, not a second try.

        Raises LeaseLost.
        """
        await self.mark(self)
        self.handed_over = True


_ENQUEUE = """
    INSERT INTO work (id, kind, payload, traceparent, available_at) VALUES ($1, $2, $3, $4, now() + $5::interval)
    ON CONFLICT DO NOTHING RETURNING id
    """


async def enqueue(
    session: AsyncSession, kind: str, work_id: UUID, payload: dict[str, Any], delay: timedelta = timedelta()
) -> bool:
    """Adds a row, in the caller's transaction; False when this id is there already. The payload is JSON.

    It is done at once, or after `delay`.
    """
    values = (work_id, kind, json.dumps(payload), current_traceparent(), delay)
    return bool(await fetch(session, _ENQUEUE, *values))


async def wake(session: AsyncSession, work_id: UUID) -> bool:
    """Makes an unfinished row due at once; one in a worker's hands is looked at again right after. False when none."""
    statement = (
        update(work)
        .where(work.c.id == work_id, work.c.status.in_(("ready", "leased")))
        .values(available_at=func.clock_timestamp())
        .returning(work.c.id)
    )
    return (await session.execute(statement)).first() is not None


async def put_back(session: AsyncSession, work_id: UUID) -> bool:
    """Makes a failed or unknown row ready again: a person decided so. False when it was neither."""
    statement = (
        update(work)
        .where(work.c.id == work_id, work.c.status.in_(("failed", "unknown")))
        .values(
            status="ready",
            available_at=func.now(),
            handed_over_at=None,
            finished_at=None,
            code=None,
            attempts=0,
            lapses=0,
        )
        .returning(work.c.id)
    )
    return (await session.execute(statement)).first() is not None


async def renew(job: Job, lease_seconds: float) -> bool:
    """Holds the row for so long from now on; False when it is no longer in this worker's hands."""
    until = func.clock_timestamp() + func.make_interval(0, 0, 0, 0, 0, 0, lease_seconds)
    mine = (work.c.id == job.id, work.c.lease == job.lease, work.c.status == "leased")
    async with job.database.begin() as uow:
        held = await uow.session.execute(update(work).where(*mine).values(leased_until=until).returning(work.c.id))
        return held.first() is not None

"""Work rows: what is slow or outside (rendering, sealing, mail) is done by workers, never inside a reaction.

A row is taken with a lease, tried, and finished in one transaction with what it changes and emits. A worker that dies
leaves its lease to run out; the row is then taken again, unless it had been handed over to a provider that may have
accepted it: then nobody knows, its status is `unknown`, and it is shown instead of being sent twice.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import case, func, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from shared.database.engine import Database
from shared.database.unit_of_work import UnitOfWork
from shared.kernel.ids import new_id
from shared.messaging.tables import work
from shared.telemetry.traces import current_traceparent

Record = Callable[[UnitOfWork], Awaitable[None]]


@dataclass(frozen=True)
class Done:
    """Finished. `record` writes the result and emits its events in the transaction that closes the row."""

    record: Record | None = None


@dataclass(frozen=True)
class RetryLater:
    """Try again after `delay`; `code` says why, for the one who looks."""

    delay: timedelta
    code: str


@dataclass(frozen=True)
class GiveUp:
    """It cannot be done. `record` tells the others."""

    code: str
    record: Record | None = None


@dataclass(frozen=True)
class Unknown:
    """The provider may have accepted it; it is never tried again by itself."""

    code: str
    record: Record | None = None


@dataclass(frozen=True)
class LookAgain:
    """Nothing is wrong and nothing is over: look again after `delay`, as at a first try.

    `record` writes what was learnt in the transaction that puts the row back.
    """

    delay: timedelta
    record: Record | None = None


Outcome = Done | RetryLater | LookAgain | GiveUp | Unknown
_STATUS = {Done: "done", GiveUp: "failed", Unknown: "unknown"}


class LeaseLost(Exception):  # noqa: N818 - it names what happened
    """Another worker took the row because this one was too slow: its result is dropped."""


@dataclass
class Job:
    """One row in a worker's hands. `attempts` counts from 1, `lapses` the workers that never came back with it.

    `lost`: an earlier worker handed it over and was not heard of again. `handed_over`: this one did. `due` is since
    when it had waited: a later time in the row means that it was woken meanwhile.
    """

    id: UUID
    kind: str
    payload: dict[str, Any]
    attempts: int
    lapses: int
    lease: UUID
    traceparent: str | None
    lost: bool
    due: datetime
    database: Database
    handed_over: bool = False

    async def handing_over(self) -> None:
        """To be called just before the provider is: from here on a crash means `unknown`, not a second try."""
        async with self.database.begin() as uow:
            changed = await uow.session.execute(
                update(work)
                .where(work.c.id == self.id, work.c.lease == self.lease)
                .values(handed_over_at=func.clock_timestamp())
                .returning(work.c.id)
            )
            if changed.first() is None:
                raise LeaseLost(str(self.id))
        self.handed_over = True


async def enqueue(
    session: AsyncSession, kind: str, work_id: UUID, payload: dict[str, Any], delay: timedelta = timedelta()
) -> bool:
    """Adds a row, in the caller's transaction; False when this id is there already. The payload is JSON.

    It is done at once, or after `delay`.
    """
    statement = (
        insert(work)
        .values(
            id=work_id,
            kind=kind,
            payload=payload,
            traceparent=current_traceparent(),
            available_at=func.now() + delay,
        )
        .on_conflict_do_nothing()
        .returning(work.c.id)
    )
    return (await session.execute(statement)).first() is not None


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


# A lapsed lease is taken too: its worker died, or is so slow that its result will be refused.
_TAKE = text(
    """
    UPDATE work SET status = 'leased', lease = :lease, attempts = attempts + 1,
           lapses = lapses + (status = 'leased')::integer,
           leased_until = clock_timestamp() + make_interval(secs => :seconds)
    WHERE id = (
        SELECT id FROM work
        WHERE kind = :kind AND ((status = 'ready' AND available_at <= clock_timestamp())
                             OR (status = 'leased' AND leased_until < clock_timestamp()))
        ORDER BY available_at, id FOR UPDATE SKIP LOCKED LIMIT 1)
    RETURNING id, payload, attempts, lapses, traceparent, available_at, handed_over_at IS NOT NULL AS lost
    """
)
# Nobody waits for what stands behind, but it does not wait for ever either.
_BUSY = text(
    """
    SELECT EXISTS (SELECT FROM work WHERE kind = :first AND status = 'ready' AND available_at <= clock_timestamp())
           AND NOT EXISTS (SELECT FROM work WHERE kind = :kind AND status = 'ready'
                           AND available_at <= clock_timestamp() - interval '1 hour')
    """
)


async def take(database: Database, kind: str, lease_seconds: float, behind: str | None = None) -> Job | None:
    """The next row of this kind, leased; none when nothing is due.

    `behind`: none either while rows of that kind are due, unless one of this kind waits for an hour.
    """
    lease = new_id()
    async with database.begin() as uow:
        if behind is not None and await uow.session.scalar(_BUSY, {"first": behind, "kind": kind}):
            return None
        found = await uow.session.execute(_TAKE, {"lease": lease, "kind": kind, "seconds": lease_seconds})
        row = found.mappings().first()
    if row is None:
        return None
    return Job(
        id=row["id"],
        kind=kind,
        payload=row["payload"],
        attempts=row["attempts"],
        lapses=row["lapses"],
        lease=lease,
        traceparent=row["traceparent"],
        lost=row["lost"],
        due=row["available_at"],
        database=database,
    )


async def renew(job: Job, lease_seconds: float) -> bool:
    """Holds the row for so long from now on; False when it is no longer in this worker's hands."""
    until = func.clock_timestamp() + func.make_interval(0, 0, 0, 0, 0, 0, lease_seconds)
    mine = (work.c.id == job.id, work.c.lease == job.lease, work.c.status == "leased")
    async with job.database.begin() as uow:
        held = await uow.session.execute(update(work).where(*mine).values(leased_until=until).returning(work.c.id))
        return held.first() is not None


async def finish(job: Job, outcome: Outcome) -> None:
    """Closes the row with its result, in one transaction. Raises LeaseLost, and then nothing was written."""
    values = _put_back(job, outcome) if isinstance(outcome, RetryLater | LookAgain) else _closed(outcome)
    async with job.database.begin() as uow:
        closed = await uow.session.execute(
            update(work).where(work.c.id == job.id, work.c.lease == job.lease).values(**values).returning(work.c.id)
        )
        if closed.first() is None:
            raise LeaseLost(str(job.id))
        if not isinstance(outcome, RetryLater) and outcome.record is not None:
            await outcome.record(uow)


def _closed(outcome: Done | GiveUp | Unknown) -> dict[str, Any]:
    code = None if isinstance(outcome, Done) else outcome.code
    return {"status": _STATUS[type(outcome)], "finished_at": func.clock_timestamp(), "code": code}


def _put_back(job: Job, outcome: RetryLater | LookAgain) -> dict[str, Any]:
    # What woke the row while it was in hand may have come too late to be seen.
    woken = work.c.available_at > job.due
    values: dict[str, Any] = {
        "status": "ready",
        "available_at": case((woken, func.clock_timestamp()), else_=func.clock_timestamp() + outcome.delay),
        "handed_over_at": None,
    }
    if isinstance(outcome, RetryLater):
        return values | {"code": outcome.code}
    return values | {"code": None, "attempts": 0, "lapses": 0}

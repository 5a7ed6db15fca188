"""The statements by which workers take work rows, mark and close them: many at a time, each as if it were alone."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from shared.database.away import is_away, is_conflict
from shared.database.driver import fetch
from shared.database.engine import Database
from shared.database.unit_of_work import UnitOfWork
from shared.kernel.ids import new_id
from shared.messaging.work import (
    Done,
    GiveUp,
    Job,
    LeaseLost,
    LookAgain,
    Outcome,
    Record,
    RetryLater,
    Together,
    Unknown,
    Untried,
)

# A lapsed lease is taken too: its worker died, or is so slow that its result will be refused. Each half is read in the
# order of its index, and no further than it is asked to. The commit is not waited for: a taking that the server forgets
# in a crash is done again, and what is marked afterwards is written behind it.
_TAKE = """
    WITH lapsed AS MATERIALIZED (
        SELECT id FROM work WHERE kind = $1 AND status = 'leased' AND leased_until < statement_timestamp()
        ORDER BY leased_until FOR UPDATE SKIP LOCKED LIMIT $2),
    due AS MATERIALIZED (
        SELECT id FROM work WHERE kind = $1 AND status = 'ready' AND available_at <= statement_timestamp()
        ORDER BY available_at FOR UPDATE SKIP LOCKED LIMIT $2)
    UPDATE work SET status = 'leased', lease = $3, attempts = attempts + 1,
           lapses = lapses + (status = 'leased')::integer,
           leased_until = clock_timestamp() + make_interval(secs => $4)
    WHERE id = ANY (ARRAY(SELECT id FROM lapsed UNION ALL SELECT id FROM due LIMIT $2))
    RETURNING id, payload, attempts, lapses, traceparent, available_at, handed_over_at IS NOT NULL AS lost,
              set_config('synchronous_commit', 'off', true)
    """
# Nobody waits for what stands behind, but it does not wait for ever either.
_BUSY = """
    SELECT EXISTS (SELECT FROM work WHERE kind = $1 AND status = 'ready' AND available_at <= statement_timestamp())
           AND NOT EXISTS (SELECT FROM work WHERE kind = $2 AND status = 'ready'
                           AND available_at <= statement_timestamp() - interval '1 hour') AS busy
    """
_MARK = """
    UPDATE work SET handed_over_at = clock_timestamp() FROM unnest($1::uuid[], $2::uuid[]) AS held (id, lease)
    WHERE work.id = held.id AND work.lease = held.lease
    RETURNING work.id
    """
# What woke a row while it was in hand may have come too late to be seen.
_CLOSE = """
    UPDATE work SET
        status = closed.status,
        code = CASE WHEN closed.untried THEN work.code ELSE closed.code END,
        finished_at = CASE WHEN closed.status <> 'ready' THEN clock_timestamp() END,
        handed_over_at = CASE WHEN closed.status <> 'ready' THEN handed_over_at END,
        available_at = CASE WHEN closed.status <> 'ready' THEN available_at
                            WHEN closed.untried THEN available_at
                            WHEN available_at > closed.due THEN clock_timestamp()
                            ELSE clock_timestamp() + closed.delay END,
        attempts = CASE WHEN closed.anew THEN 0 WHEN closed.untried THEN attempts - 1 ELSE attempts END,
        lapses = CASE WHEN closed.anew THEN 0 ELSE lapses END
    FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::text[], $5::text[], $6::interval[], $7::boolean[],
                $8::boolean[])
         AS closed (id, lease, due, status, code, delay, anew, untried)
    WHERE work.id = closed.id AND work.lease = closed.lease
    RETURNING work.id
    """
_STATUS = {
    Done: "done",
    GiveUp: "failed",
    Unknown: "unknown",
    RetryLater: "ready",
    LookAgain: "ready",
    Untried: "ready",
}

Result = tuple[Job, Outcome]
Mark = Callable[[Job], Awaitable[None]]


@dataclass(frozen=True)
class Wanted:
    """Which rows, and for how long. `behind`: none while rows of that kind are due, unless one waits for an hour."""

    kind: str
    lease_seconds: float
    behind: str | None = None


async def take(database: Database, kind: str, lease_seconds: float, behind: str | None = None) -> Job | None:
    """The next row of this kind, leased; none when nothing is due. See `take_many`."""
    taken = await take_many(database, Wanted(kind, lease_seconds, behind), 1)
    return taken[0] if taken else None


async def take_many(database: Database, wanted: Wanted, most: int, handing_over: Mark | None = None) -> list[Job]:
    """The next rows, those that waited longest, leased; fewer than `most` when no more are due.

    `handing_over` marks a row for all that are in hand, where they are marked together.
    """
    lease, kind = new_id(), wanted.kind
    if wanted.behind is not None:
        (row,) = await database.fetch(_BUSY, wanted.behind, kind)
        if row["busy"]:
            return []
    rows = await database.fetch(_TAKE, kind, most, lease, wanted.lease_seconds)
    return [
        Job(
            id=row["id"],
            kind=kind,
            payload=row["payload"],
            attempts=row["attempts"],
            lapses=row["lapses"],
            lease=lease,
            trace=row["traceparent"],
            lost=row["lost"],
            due=row["available_at"],
            database=database,
            mark=handing_over or partial(mark, database),
        )
        for row in sorted(rows, key=lambda row: row["available_at"])
    ]


async def mark(database: Database, job: Job) -> None:
    """Writes down that the row is handed over. Raises LeaseLost."""
    (lost,) = await mark_many(database, [job])
    if lost is not None:
        raise lost


async def mark_many(database: Database, jobs: Sequence[Job]) -> list[LeaseLost | None]:
    """Writes down that these rows are handed over; for each, whether it is another worker's by now."""
    rows = await database.fetch(_MARK, [job.id for job in jobs], [job.lease for job in jobs])
    return _lost(jobs, {row["id"] for row in rows})


async def finish(job: Job, outcome: Outcome) -> None:
    """Closes the row with its result, in one transaction. Raises LeaseLost, and then nothing was written."""
    (failure,) = await finish_many(job.database, [(job, outcome)])
    if failure is not None:
        raise failure


async def finish_many(database: Database, results: Sequence[Result]) -> list[Exception | None]:
    """Closes these rows with their results, in one transaction; for each, why it is not closed.

    A result that cannot be written harms no other: each is then tried in a transaction of its own.
    """
    try:
        async with database.begin() as uow:
            return await _closed(uow, results)
    except Exception as error:  # noqa: BLE001 - it is whoever's result it is who must hear of it
        if len(results) == 1 or (is_away(error) and not is_conflict(error)):
            return [error] * len(results)
    return [(await finish_many(database, [one]))[0] for one in results]


async def _closed(uow: UnitOfWork, results: Sequence[Result]) -> list[Exception | None]:
    jobs = [job for job, _ in results]
    rows = await fetch(
        uow.session,
        _CLOSE,
        [job.id for job in jobs],
        [job.lease for job in jobs],
        [job.due for job in jobs],
        [_STATUS[type(outcome)] for _, outcome in results],
        [getattr(outcome, "code", None) for _, outcome in results],
        [getattr(outcome, "delay", timedelta()) for _, outcome in results],
        [isinstance(outcome, LookAgain) for _, outcome in results],
        [isinstance(outcome, Untried) for _, outcome in results],
    )
    closed = {row["id"] for row in rows}
    await _write(uow, [outcome for job, outcome in results if job.id in closed])
    return [*_lost(jobs, closed)]


async def _write(uow: UnitOfWork, outcomes: Sequence[Outcome]) -> None:
    """What the rows that are closed write down; those that are written together last."""
    groups: dict[Callable[..., Any], list[Any]] = {}
    for outcome in outcomes:
        record = _record_of(outcome)
        if isinstance(record, Together):
            groups.setdefault(record.write, []).append(record.entry)
        elif record is not None:
            await record(uow)
    for write, entries in groups.items():
        await write(uow, entries)


def _record_of(outcome: Outcome) -> Record | Together[Any] | None:
    return None if isinstance(outcome, RetryLater | Untried) else outcome.record


def _lost(jobs: Sequence[Job], held: set[Any]) -> list[LeaseLost | None]:
    return [None if job.id in held else LeaseLost(str(job.id)) for job in jobs]

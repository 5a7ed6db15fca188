"""Deletes the rows of one person in one service's database, in the caller's transaction.

The order counts. The locks come first: an event of the person that is being handled ends before, one that comes waits
and is then skipped. Work rows go before what their workers write, so that a worker who is about to record finds its row
gone, and records nothing.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Delete, Text, bindparam, cast, delete, func, or_, select, text, update
from sqlalchemy.dialects.postgresql import ARRAY, BYTEA, insert
from sqlalchemy.ext.asyncio import AsyncSession

from shared.erasure.holdings import Holdings, Person
from shared.messaging.tables import erased, idempotency_key, inbox, outbox, parked_event, work

ERASE_FILES = "erase-files"

_LOCK = text(
    """
    SELECT pg_advisory_xact_lock(7033, place)
    FROM (SELECT hashtext(encode(key, 'hex')) AS place FROM unnest(:keys) AS key ORDER BY 1) AS places
    """
).bindparams(bindparam("keys", type_=ARRAY(BYTEA)))


async def lock(session: AsyncSession, person: Person) -> None:
    """Keeps every event of the person out until the transaction ends; waits for those being handled."""
    await session.execute(_LOCK, {"keys": list(person.keys)})


async def forget(session: AsyncSession, person: Person, holdings: Holdings, at: datetime) -> dict[str, int]:
    """Deletes all rows of the person and remembers their keys; says how many rows went, by table."""
    await lock(session, person)
    await session.execute(
        insert(erased)
        .values([{"key": key, "dossier_id": person.dossier_id, "erased_at": at} for key in person.keys])
        .on_conflict_do_nothing()
    )
    if holdings.roots is not None:
        await session.execute(holdings.roots(person))
    others = await holdings.others(session, person)
    gone = {"work": await _rows_gone(session, _work(person, others))}
    for held in holdings.held:
        gone[held.table.name] = await _rows_gone(session, delete(held.table).where(held.theirs(person)))
    keys = list(person.keys)
    gone["outbox"] = await _rows_gone(session, delete(outbox).where(outbox.c.key.in_(person.ids)))
    gone["parked_event"] = await _rows_gone(session, delete(parked_event).where(parked_event.c.key.in_(keys)))
    named = [f"%{one}%" for one in (*person.ids, *map(str, others))]
    gone["idempotency_key"] = await _rows_gone(
        session, delete(idempotency_key).where(or_(*(cast(idempotency_key.c.body, Text).like(one) for one in named)))
    )
    await session.execute(
        update(inbox)
        .where(inbox.c.ending == "waiting", or_(*(inbox.c.reason.like(one) for one in named)))
        .values(ending="erased", reason=None)
    )
    return {table: rows for table, rows in gone.items() if rows}


async def count(session: AsyncSession, person: Person, holdings: Holdings) -> dict[str, int]:
    """What `forget` would delete, by table; changes nothing."""
    found = {}
    for held in holdings.held:
        query = select(func.count()).select_from(held.table).where(held.theirs(person))
        found[held.table.name] = await session.scalar(query) or 0
    query = select(func.count()).select_from(outbox).where(outbox.c.key.in_(person.ids))
    found["outbox"] = await session.scalar(query) or 0
    query = select(func.count()).select_from(parked_event).where(parked_event.c.key.in_(list(person.keys)))
    found["parked_event"] = await session.scalar(query) or 0
    return {table: rows for table, rows in found.items() if rows}


def total(gone: Mapping[str, int]) -> int:
    """The rows of all tables together."""
    return sum(gone.values())


def _work(person: Person, others: Sequence[UUID]) -> Delete:
    """Work rows whose payload names the person or their things; those that delete files stay."""
    names = [f"%{one}%" for one in (*person.ids, *map(str, others))]
    payload = cast(work.c.payload, Text)
    return delete(work).where(work.c.kind != ERASE_FILES, or_(*(payload.like(name) for name in names)))


async def _rows_gone(session: AsyncSession, statement: Delete) -> int:
    return int((await session.execute(statement)).rowcount)  # type: ignore[attr-defined]

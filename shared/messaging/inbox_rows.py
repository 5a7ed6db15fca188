"""The statements of the inbox."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import LargeBinary, bindparam, text, update
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.ext.asyncio import AsyncSession

from shared.database.driver import fetch
from shared.messaging.delivery import Delivery
from shared.messaging.endings import Ending
from shared.messaging.tables import inbox, parked_event


@dataclass(frozen=True)
class ParkReason:
    """Why an event waits for an operator: a stable code, and a detail without personal data."""

    code: str
    detail: str


# One round trip says whether the event is new, whether its key is held back, whether its person was erased.
_ENTER = """
    WITH entered AS (
        INSERT INTO inbox (consumer, event_id) VALUES ($1, $2)
        ON CONFLICT DO NOTHING RETURNING 1)
    SELECT EXISTS (SELECT FROM entered) AS fresh,
           $3::boolean AND EXISTS (
               SELECT FROM parked_event WHERE consumer = $1 AND topic = $4 AND key = $5
                 AND resolved_at IS NULL AND ordered) AS held,
           is_erased($5) AS erased
    """


@dataclass(frozen=True)
class Entered:
    """What is known of an event on entering: it was not there; an earlier ordered one of its key is parked; the person
    it is about was erased."""

    fresh: bool
    held: bool
    erased: bool


_IS_ERASED = text("SELECT is_erased(:key)").bindparams(bindparam("key", type_=LargeBinary))


async def enter(session: AsyncSession, consumer: str, event_id: UUID, delivery: Delivery, *, ordered: bool) -> Entered:
    """Inserts the inbox row. An erasure of this key, under way or to come, does not overtake this transaction."""
    values = (consumer, event_id, ordered, delivery.topic, delivery.key)
    (row,) = await fetch(session, _ENTER, *values)
    return Entered(row["fresh"], row["held"], row["erased"])


async def is_erased(session: AsyncSession, key: bytes | None) -> bool:
    """Whether the person whose key this is was erased; an erasure then waits for this transaction."""
    return bool(await session.scalar(_IS_ERASED, {"key": key}))


async def enter_only(session: AsyncSession, consumer: str, event_id: UUID) -> bool:
    """Inserts the inbox row of an event that is about to be parked; False when it was seen."""
    statement = insert(inbox).values(consumer=consumer, event_id=event_id).on_conflict_do_nothing()
    entered = await session.execute(statement.returning(inbox.c.event_id))
    return entered.first() is not None


async def note(session: AsyncSession, consumer: str, event_id: UUID, ending: Ending) -> None:
    """Keeps that the event was stale, or waits for its other half: the age of the latter alarms."""
    await session.execute(
        update(inbox)
        .where(inbox.c.consumer == consumer, inbox.c.event_id == event_id)
        .values(ending=ending.name, reason=ending.reason)
    )


async def settle_waiting(session: AsyncSession, reason: str) -> None:
    """The other half came: what waited with this reason (`Waiting("edition-1234")`) waits no more."""
    await session.execute(
        update(inbox).where(inbox.c.ending == "waiting", inbox.c.reason == reason).values(ending=None, reason=None)
    )


_PARK = (
    insert(parked_event)
    .values(headers=bindparam("stored_headers", type_=JSONB))
    .on_conflict_do_nothing(index_elements=["consumer", "topic", "partition", "kafka_offset", "event_id"])
)


async def park(session: AsyncSession, consumer: str, delivery: Delivery, reason: ParkReason, *, ordered: bool) -> None:
    """Stores the whole message, so that it can be replayed after it left Kafka."""
    await session.execute(
        _PARK.values(
            consumer=consumer,
            event_id=delivery.event_id,
            type=delivery.type,
            topic=delivery.topic,
            partition=delivery.partition,
            kafka_offset=delivery.offset,
            key=delivery.key,
            value=delivery.value,
            code=reason.code,
            reason=reason.detail,
            ordered=ordered,
        ),
        {"stored_headers": delivery.headers},
    )

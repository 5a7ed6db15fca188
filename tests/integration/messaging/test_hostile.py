"""What nobody should send, and what nobody foresaw: it is parked or tried again; it never blocks, never slips by."""

import asyncio
from itertools import count
from typing import Any

import pytest
from aiokafka import ConsumerRecord
from sqlalchemy import text
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from shared.database.engine import Database
from shared.database.unit_of_work import UnitOfWork
from shared.kernel.errors import ImpossibleMove
from shared.kernel.ids import new_id
from shared.messaging.consumer import Consumer
from shared.messaging.delivery import Delivery
from shared.messaging.endings import Waiting
from shared.messaging.inbox import Inbox
from shared.messaging.outbox import MAX_PAYLOAD
from shared.messaging.parking import ParkingLot, list_parked
from shared.messaging.reactions import on
from tests.builders.deliveries import delivery_of
from tests.builders.messaging import Counted, counted, effects_of, note_effect

pytestmark = pytest.mark.integration

PATIENCE = 20.0
_offsets = count()


async def parked_codes(database: Database) -> list[str]:
    return [row["code"] for row in await list_parked(database)]


def received(headers: list[tuple[str, bytes]], value: bytes = b"{}") -> Delivery:
    """As aiokafka hands it over."""
    at: dict[str, Any] = {"topic": "cer.probe.v1", "partition": 0, "offset": next(_offsets), "timestamp": 0}
    sizes: dict[str, Any] = {"timestamp_type": 0, "checksum": None, "serialized_key_size": 1}
    return Delivery.of(
        ConsumerRecord(
            **at,
            **sizes,
            key=b"k",
            value=value,
            serialized_value_size=len(value),
            headers=headers,
        )
    )


@pytest.mark.parametrize(
    "headers",
    [
        [("ce_type", Counted.ce_type().encode()), ("ce_id", b"se\x00ven")],
        [("ce_type", b"fr.cer\x00"), ("ce_id", b"x")],
        [("ce_\x00type", b"fr.cer"), ("ce_id", b"x")],
        [("ce_type", Counted.ce_type().encode()), ("ce_id", str(new_id()).encode()), ("traceparent", b"\x00")],
    ],
)
async def test_a_null_character_in_a_header_is_parked(
    probe_database: Database, headers: list[tuple[str, bytes]]
) -> None:
    inbox = Inbox("probe", probe_database, [on(Counted, note_effect)])
    async with asyncio.timeout(PATIENCE):
        assert await inbox.handle(received(headers)) == "parked"
    assert await parked_codes(probe_database) == ["header-not-utf8"]


async def test_a_reaction_whose_event_would_be_too_large_is_parked(probe_database: Database) -> None:
    async def tell_too_much(event: Counted, uow: UnitOfWork) -> None:
        await note_effect(event, uow)
        uow.emit(counted("b", 1, text="x" * (MAX_PAYLOAD + 1)))

    inbox = Inbox("probe", probe_database, [on(Counted, tell_too_much)])
    assert await inbox.handle(delivery_of(counted("a", 1))) == "parked"
    assert await parked_codes(probe_database) == ["event-too-large"]
    assert await effects_of(probe_database, "a") == []


@pytest.mark.parametrize("value", [10**20, "not a number", b"\x00"])
async def test_a_value_that_the_driver_refuses_is_parked_not_taken_for_a_database_away(
    probe_database: Database, value: Any
) -> None:
    async def store(_: Counted, uow: UnitOfWork) -> None:
        await uow.session.execute(text("SELECT CAST(:n AS integer)"), {"n": value})

    inbox = Inbox("probe", probe_database, [on(Counted, store)])
    async with asyncio.timeout(PATIENCE):
        assert await inbox.handle(delivery_of(counted("a", 1))) == "parked"
    assert await parked_codes(probe_database) == ["unexpected"]


async def test_a_null_character_in_a_text_is_parked(probe_database: Database) -> None:
    async def store(_: Counted, uow: UnitOfWork) -> None:
        await uow.session.execute(text("SELECT CAST(:n AS text)"), {"n": "a\x00b"})

    inbox = Inbox("probe", probe_database, [on(Counted, store)])
    async with asyncio.timeout(PATIENCE):
        assert await inbox.handle(delivery_of(counted("a", 1))) == "parked"


async def test_a_pool_without_a_free_connection_is_waited_for(probe_database: Database) -> None:
    tries = 0

    async def starve_once(event: Counted, uow: UnitOfWork) -> None:
        nonlocal tries
        tries += 1
        if tries == 1:
            raise PoolTimeoutError("QueuePool limit")
        await note_effect(event, uow)

    inbox = Inbox("probe", probe_database, [on(Counted, starve_once)])
    async with asyncio.timeout(PATIENCE):
        assert await inbox.handle(delivery_of(counted("a", 1))) == "done"
    assert await effects_of(probe_database, "a") == [1]


async def test_a_replayed_event_that_waits_is_known_to_wait_and_a_failure_stops_no_other(
    probe_database: Database,
) -> None:
    good = False

    async def act(event: Counted, uow: UnitOfWork) -> Waiting | None:
        if not good:
            raise ImpossibleMove("pas encore")
        if event.aggregate_version == 1:
            await uow.session.execute(text("SELECT CAST(:n AS text)"), {"n": "a\x00b"})
        return Waiting("half-7")

    consumer = Consumer("probe", [Counted.topic], [on(Counted, act, ordered=False)], probe_database)
    for version in (1, 2):
        await consumer.inbox.handle(delivery_of(counted("a", version)))
    good = True
    assert await ParkingLot(probe_database, [consumer]).replay_all() == (1, 1)
    async with probe_database.read() as session:
        waiting = await session.scalars(text("SELECT reason FROM inbox WHERE ending = 'waiting'"))
        assert list(waiting) == ["half-7"]

"""From the topic to the committed offset: poison does not stop it, and only what was dealt with is committed."""

import asyncio
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.record.util import calc_crc32c

from shared.database.engine import Database
from shared.database.unit_of_work import UnitOfWork
from shared.events.headers import cloudevents_headers
from shared.events.topics import Topic
from shared.kernel.clock import SystemClock
from shared.kernel.errors import ImpossibleMove
from shared.kernel.ids import new_id
from shared.messaging.broker import Consumers
from shared.messaging.consumer import Consumer
from shared.messaging.parking import NotFirst, ParkingLot, StillFails, list_parked
from shared.messaging.publisher import partition_of
from shared.messaging.reactions import on
from tests.builders.messaging import Counted, Unheard, counted, effects_of, note_effect
from tests.fixtures.topics import TOPIC_PARTITIONS, produce, until

pytestmark = pytest.mark.integration

Message = tuple[bytes | None, bytes | None, dict[str, bytes]]


def message(event: Counted, **changes: bytes | None) -> Message:
    headers = cloudevents_headers(event, new_id(), SystemClock().now())
    raw = {name: value.encode() for name, value in headers.items()}
    value = changes.pop("value", event.model_dump_json().encode())
    return event.key.encode(), value, {**raw, **{key: found or b"" for key, found in changes.items()}}


@asynccontextmanager
async def consuming(kafka: str, consumer: Consumer) -> AsyncIterator[None]:
    running = asyncio.create_task(Consumers(kafka, [consumer]).run())
    try:
        yield
    finally:
        running.cancel()
        await asyncio.wait([running])


def a_consumer(database: Database, topic: Topic, act: object = note_effect) -> Consumer:
    return Consumer(f"test.{uuid4().hex[:8]}", [topic], [on(Counted, act)], database)  # type: ignore[arg-type]


async def committed(consumer: Consumer, topic: Topic) -> int:
    client = consumer.kafka_consumer
    if client is None or not consumer.offsets.assigned:
        return 0
    offsets = [await client.committed(TopicPartition(topic.name, number)) for number in range(TOPIC_PARTITIONS)]
    return sum(offset or 0 for offset in offsets)


async def test_poison_of_every_kind_is_parked_and_all_else_arrives(
    probe_database: Database, kafka: str, probe_topic: Topic
) -> None:
    consumer = a_consumer(probe_database, probe_topic)
    await produce(
        kafka,
        probe_topic.name,
        message(counted("a", 1)),
        message(counted("bad-json", 1), value=b"{"),
        message(counted("null", 1), value=None),
        message(counted("header", 1), ce_subject=b"\xff\xfe"),
        message(counted("schema", 1), value=b'{"aggregate_version": -1}'),
        (b"k", b"no headers at all", {}),
        (b"tombstone", None, {}),
        message(counted("unheard", 1, Unheard)),
        message(counted("reply", 1), reply_to=b"cer.contracts.cer.v1"),
        message(counted("a", 2)),
    )
    async with consuming(kafka, consumer):

        async def all_dealt_with() -> bool:
            return await committed(consumer, probe_topic) == 10

        await until(all_dealt_with)
    codes = sorted(row["code"] for row in await list_parked(probe_database))
    assert codes == ["header-not-utf8", "no-ce-type", "no-ce-type", "not-json", "null-value", "schema"]
    assert await effects_of(probe_database, "a") == [1, 2]
    assert await effects_of(probe_database, "reply") == [1]


async def test_what_came_before_the_first_start_is_not_lost(
    probe_database: Database, kafka: str, probe_topic: Topic
) -> None:
    await produce(kafka, probe_topic.name, *(message(counted("a", number)) for number in range(1, 6)))
    consumer = a_consumer(probe_database, probe_topic)
    async with consuming(kafka, consumer):

        async def all_in() -> bool:
            return await effects_of(probe_database, "a") == [1, 2, 3, 4, 5]

        await until(all_in)


async def test_a_message_in_hand_when_stopping_is_finished_and_committed(
    probe_database: Database, kafka: str, probe_topic: Topic
) -> None:
    started, may_end = asyncio.Event(), asyncio.Event()

    async def slow(event: Counted, uow: UnitOfWork) -> None:
        started.set()
        await may_end.wait()
        await note_effect(event, uow)

    consumer = a_consumer(probe_database, probe_topic, slow)
    await produce(kafka, probe_topic.name, message(counted("a", 1)))
    running = asyncio.create_task(Consumers(kafka, [consumer]).run())
    await started.wait()
    running.cancel()
    asyncio.get_running_loop().call_later(0.2, may_end.set)
    await asyncio.wait([running])
    assert await effects_of(probe_database, "a") == [1]


async def test_parked_events_are_replayed_in_order_and_dropped_on_the_record(
    probe_database: Database, kafka: str, probe_topic: Topic
) -> None:
    refusing = True

    async def refuse_at_first(event: Counted, uow: UnitOfWork) -> None:
        if refusing:
            raise ImpossibleMove("Ce CER n'est pas à l'étude.")
        await note_effect(event, uow)

    consumer = a_consumer(probe_database, probe_topic, refuse_at_first)
    lot = ParkingLot(probe_database, [consumer])
    await produce(kafka, probe_topic.name, *(message(counted("a", number)) for number in (1, 2, 3)))
    async with consuming(kafka, consumer):

        async def three_parked() -> bool:
            return len(await list_parked(probe_database)) == 3

        await until(three_parked)
    first, second, third = (row["id"] for row in await list_parked(probe_database))
    with pytest.raises(NotFirst, match=str(first)):
        await lot.replay(second)
    with pytest.raises(StillFails, match="impossible-move"):
        await lot.replay(first)
    refusing = False
    await lot.drop(first)
    assert await lot.replay_all() == (2, 0)
    assert await effects_of(probe_database, "a") == [2, 3]
    assert await list_parked(probe_database) == []
    history = await list_parked(probe_database, with_resolved=True)
    assert [row["resolution"] for row in history] == ["dropped", "replayed", "replayed"]
    assert third == history[-1]["id"]


async def test_a_header_whose_name_is_not_utf8_is_parked_and_the_next_goes_on(
    probe_database: Database, kafka: str, probe_topic: Topic
) -> None:
    await produce(kafka, probe_topic.name, message(counted("a", 1)))
    await produce_header_name(kafka, probe_topic.name, counted("a", 1).key.encode(), b"\xff\xfe\xfd\xfc")
    await produce(kafka, probe_topic.name, message(counted("a", 2)))
    consumer = a_consumer(probe_database, probe_topic)
    async with consuming(kafka, consumer):

        async def both_in() -> bool:
            return await effects_of(probe_database, "a") == [1, 2]

        await until(both_in)
    assert [row["code"] for row in await list_parked(probe_database)] == ["header-not-utf8"]


async def produce_header_name(kafka: str, topic: str, key: bytes, name: bytes) -> None:
    """Sends a record whose header has this name, of four bytes: no client does, so the batch is patched."""
    producer = AIOKafkaProducer(bootstrap_servers=kafka, acks="all")
    await producer.start()
    builder = producer.create_batch()
    builder.append(key=key, value=b"poison", timestamp=None, headers=[("ZZZZ", b"v")])
    build = builder._build

    def patched() -> bytes:
        content = bytearray(bytes(build()).replace(b"ZZZZ", name))
        # The checksum (CRC-32C) covers what follows the epoch, the magic byte and itself.
        struct.pack_into(">I", content, 17, calc_crc32c(bytes(content[21:])))
        builder._buffer = bytes(content)
        return bytes(content)

    builder._build = patched
    partition = partition_of(key, TOPIC_PARTITIONS)
    await (await producer.send_batch(builder, topic, partition=partition))
    await producer.stop()

"""A consumer, from the topic to committed offsets, against the same reaction called in a loop without Kafka.

Beside it the share of a raw asyncpg loop that sends the same statements: what the toolkit costs in all.
"""

import asyncio
import time
from uuid import uuid4

import asyncpg
from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from bench.rows import Row, paired
from shared.database.engine import Database
from shared.events.headers import cloudevents_headers
from shared.events.topics import Topic
from shared.kernel.clock import SystemClock
from shared.kernel.ids import new_id
from shared.messaging.broker import Consumers
from shared.messaging.consumer import Consumer
from shared.messaging.delivery import Delivery
from shared.messaging.inbox import Inbox
from shared.messaging.reactions import on
from tests.builders.deliveries import delivery_of
from tests.builders.messaging import Counted, counted, create_schema, note_effect, outbox

EVENTS = 2_000
KEYS = 300
ROUNDS = 3


async def measure(database_url: str, kafka: str) -> list[Row]:
    """Events a second, three rounds of each."""
    database = Database(database_url, outbox())
    await create_schema(database)
    loops, raws = [], []
    for _ in range(ROUNDS):
        name = f"cer.bench.{uuid4().hex[:8]}"
        await _fill(kafka, name)
        ours = await _consume(database, kafka, name)
        loops.append((ours, await _loop(database)))
        raws.append((ours, await _raw(database_url)))
    await database.close()
    return [
        paired("consumer / same reaction in a loop", "events/s", ">= 0.6", loops),
        paired("consumer / raw asyncpg, same statements", "events/s", ">= 0.3", raws),
    ]


def _events() -> list[Counted]:
    return [counted(f"k{n % KEYS}", n // KEYS + 1, text="x" * 300) for n in range(EVENTS)]


async def _fill(kafka: str, topic: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    await admin.create_topics([NewTopic(topic, 6, 1)])
    await admin.close()
    producer = AIOKafkaProducer(bootstrap_servers=kafka, enable_idempotence=True, acks="all")
    await producer.start()
    for event in _events():
        headers = cloudevents_headers(event, new_id(), SystemClock().now())
        raw = [(name, value.encode()) for name, value in headers.items()]
        await producer.send(topic, key=event.key.encode(), value=event.model_dump_json().encode(), headers=raw)
    await producer.stop()


async def _consume(database: Database, kafka: str, topic: str) -> float:
    """From the first message handled to the last offset committed, so that joining the group is not counted."""
    consumer = Consumer(f"bench.{topic}", [Topic(topic, "probe", "id", "Bench")], [on(Counted, note_effect)], database)
    handled, first, done = 0, 0.0, asyncio.Event()
    handle = consumer.inbox.handle

    async def counting(delivery: Delivery) -> str:
        nonlocal handled, first
        first = first or time.perf_counter()
        ending = await handle(delivery)
        handled += 1
        if handled == EVENTS:
            done.set()
        return ending

    consumer.inbox.handle = counting  # type: ignore[method-assign]
    running = asyncio.create_task(Consumers(kafka, [consumer]).run())
    await done.wait()
    await consumer.offsets.commit(consumer.kafka_consumer)
    await _all_committed(consumer, topic)
    seconds = time.perf_counter() - first
    running.cancel()
    await asyncio.wait([running])
    return EVENTS / seconds


async def _all_committed(consumer: Consumer, topic: str) -> None:
    client = consumer.kafka_consumer
    while client is not None:
        offsets = [await client.committed(TopicPartition(topic, partition)) for partition in range(6)]
        if sum(offset or 0 for offset in offsets) >= EVENTS:
            return
        await consumer.offsets.commit(client)


async def _loop(database: Database) -> float:
    inbox = Inbox(f"bench.loop.{uuid4().hex[:6]}", database, [on(Counted, note_effect)])
    deliveries = [delivery_of(event) for event in _events()]
    started = time.perf_counter()
    for delivery in deliveries:
        await inbox.handle(delivery)
    return EVENTS / (time.perf_counter() - started)


async def _raw(database_url: str) -> float:
    connection = await asyncpg.connect(database_url.replace("+asyncpg", ""))
    consumer = f"bench.raw.{uuid4().hex[:6]}"
    started = time.perf_counter()
    for event in _events():
        async with connection.transaction():
            await connection.fetchrow(
                "WITH entered AS (INSERT INTO inbox (consumer, event_id) VALUES ($1, $2) ON CONFLICT DO NOTHING "
                "RETURNING 1) SELECT EXISTS (SELECT FROM entered), EXISTS (SELECT FROM parked_event WHERE "
                "consumer = $1 AND topic = $3 AND key = $4 AND resolved_at IS NULL AND ordered)",
                consumer,
                new_id(),
                "topic",
                event.key.encode(),
            )
            await connection.execute(
                "INSERT INTO effect (key, version) VALUES ($1, $2)", event.key, event.aggregate_version
            )
    seconds = time.perf_counter() - started
    await connection.close()
    return EVENTS / seconds

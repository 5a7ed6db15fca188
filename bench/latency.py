"""Commit to committed reaction in an idle system, against a raw aiokafka send and receive."""

import asyncio
import time
from statistics import median
from uuid import uuid4

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from bench.rows import Row
from shared.database.engine import Database
from shared.database.unit_of_work import UnitOfWork
from shared.messaging.broker import Consumers
from shared.messaging.consumer import Consumer
from shared.messaging.delivery import Delivery
from shared.messaging.reactions import on
from shared.messaging.relay import Relay
from tests.builders.messaging import PROBES, Counted, counted, create_schema, note_effect, outbox

TIMES = 300
WARM_UP = 30
PAUSE = 0.01


async def measure(database_url: str, kafka: str) -> list[Row]:
    """Milliseconds: median and 99th percentile of 300, one at a time."""
    floor = await _raw(kafka)
    ours = await _ours(database_url, kafka)
    return [
        Row("commit to reaction, median", "ms", round(median(ours), 3), round(median(floor), 3), "<= 4"),
        Row("commit to reaction, p99", "ms", round(_p99(ours), 3), round(_p99(floor), 3), "<= 4"),
    ]


def _p99(values: list[float]) -> float:
    return sorted(values)[int(len(values) * 0.99) - 1]


async def _raw(kafka: str) -> list[float]:
    topic = f"cer.bench.{uuid4().hex[:8]}"
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    await admin.create_topics([NewTopic(topic, 1, 1)])
    await admin.close()
    producer = AIOKafkaProducer(bootstrap_servers=kafka, enable_idempotence=True, acks="all")
    consumer = AIOKafkaConsumer(topic, bootstrap_servers=kafka, auto_offset_reset="earliest")
    await producer.start()
    await consumer.start()
    took = []
    for number in range(WARM_UP + TIMES):
        await asyncio.sleep(PAUSE)
        started = time.perf_counter()
        sending = await producer.send(topic, key=b"key", value=b"x" * 500)
        await consumer.getone()
        if number >= WARM_UP:
            took.append((time.perf_counter() - started) * 1000)
        await sending
    await consumer.stop()
    await producer.stop()
    return took


async def _ours(database_url: str, kafka: str) -> list[float]:
    sink = outbox()
    database = Database(database_url, sink)
    await create_schema(database)
    reacted = asyncio.Event()
    consumer = Consumer(f"bench.{uuid4().hex[:8]}", [PROBES], [on(Counted, note_effect)], database)
    handle = consumer.inbox.handle
    wanted = ""

    async def noticing(delivery: Delivery) -> str:
        ending = await handle(delivery)
        if delivery.headers["ce_subject"] == wanted:
            reacted.set()
        return ending

    consumer.inbox.handle = noticing  # type: ignore[method-assign]
    tasks = [
        asyncio.create_task(Relay(database_url, kafka, sink.wake).run()),
        asyncio.create_task(Consumers(kafka, [consumer]).run()),
    ]
    took = []
    for number in range(WARM_UP + TIMES):
        await asyncio.sleep(PAUSE)
        event = counted(uuid4().hex, 1, text="x" * 400)
        wanted = event.subject
        reacted.clear()
        async with database.begin() as uow:
            _change_state(uow, event)
        started = time.perf_counter()
        await reacted.wait()
        if number >= WARM_UP:
            took.append((time.perf_counter() - started) * 1000)
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)
    await database.close()
    return took


def _change_state(uow: UnitOfWork, event: Counted) -> None:
    uow.emit(event)

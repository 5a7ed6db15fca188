"""Commit to committed reaction in an idle system, against a raw aiokafka send and receive."""

import asyncio
import time
from statistics import median
from uuid import uuid4

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from bench.rows import Row
from shared.database.engine import Database
from shared.messaging.broker import Consumers
from shared.messaging.consumer import Consumer
from shared.messaging.delivery import Delivery
from shared.messaging.reactions import on
from shared.messaging.relay import Relay
from tests.builders.messaging import PROBES, Counted, counted, create_schema, note_effect, outbox

BLOCKS = 3
TIMES = 150
WARM_UP = 20
PAUSE = 0.01


async def measure(database_url: str, kafka: str) -> list[Row]:
    """Milliseconds: median and 99th percentile, one event at a time; floor and ours in turns."""
    ours_side = await _Ours.start(database_url, kafka)
    floor: list[float] = []
    ours: list[float] = []
    for _ in range(BLOCKS):
        floor += await _raw(kafka)
        ours += await ours_side.block()
    await ours_side.stop()
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


class _Ours:
    """A database, a relay and a consumer in this process, as `--role all` has them."""

    def __init__(self, database_url: str, kafka: str) -> None:
        self._sink = outbox()
        self._database = Database(database_url, self._sink)
        self._relay = Relay(database_url, kafka, self._sink.wake)
        self._consumer = Consumer(f"bench.{uuid4().hex[:8]}", [PROBES], [on(Counted, note_effect)], self._database)
        self._consumers = Consumers(kafka, [self._consumer])
        self._tasks: list[asyncio.Task[None]] = []
        self._wanted = ""
        self._reacted = asyncio.Event()

    @classmethod
    async def start(cls, database_url: str, kafka: str) -> "_Ours":
        self = cls(database_url, kafka)
        await create_schema(self._database)
        handle = self._consumer.inbox.handle

        async def noticing(delivery: Delivery) -> str:
            ending = await handle(delivery)
            if delivery.headers["ce_subject"] == self._wanted:
                self._reacted.set()
            return ending

        self._consumer.inbox.handle = noticing  # type: ignore[method-assign]
        self._tasks = [asyncio.create_task(self._relay.run()), asyncio.create_task(self._consumers.run())]
        return self

    async def block(self) -> list[float]:
        took = []
        for number in range(WARM_UP + TIMES):
            await asyncio.sleep(PAUSE)
            event = counted(uuid4().hex, 1, text="x" * 400)
            self._wanted = event.subject
            self._reacted.clear()
            async with self._database.begin() as uow:
                uow.emit(event)
            started = time.perf_counter()
            await self._reacted.wait()
            if number >= WARM_UP:
                took.append((time.perf_counter() - started) * 1000)
        return took

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.wait(self._tasks)
        await self._database.close()

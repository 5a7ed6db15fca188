"""Sends outbox rows through an idempotent aiokafka producer, in whole batches for each partition.

Batches are built here instead of one future for each message: it is what makes the relay about as fast as Kafka takes
the bytes. The order within a partition is that of the rows. After any error the producer must be dropped: an
idempotent producer of aiokafka can go on refusing a partition after one failed batch.
"""

import asyncio
from collections.abc import Sequence
from functools import lru_cache
from types import TracebackType
from typing import Any, Protocol, Self

import orjson
from aiokafka import AIOKafkaProducer
from aiokafka.errors import MessageSizeTooLargeError, ProducerClosed, RecordListTooLargeError, RecordTooLargeError
from aiokafka.partitioner import murmur2

BATCH_BYTES = 256 * 1024
MAX_REQUEST_BYTES = 1024 * 1024
SEND_SECONDS = 60.0
STOP_SECONDS = 5.0
_TOO_LARGE = (MessageSizeTooLargeError, RecordTooLargeError, RecordListTooLargeError)


class Row(Protocol):
    """An outbox row: `id`, `topic`, `key`, `headers` (JSON text) and `payload`."""

    def __getitem__(self, name: str) -> Any: ...


class RefusedRow(Exception):  # noqa: N818 - Kafka refuses it
    """Kafka refuses a row for itself, whatever the weather."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@lru_cache(maxsize=65_536)
def partition_of(key: bytes, partitions: int) -> int:
    """The partition that every Kafka client gives this key by default (murmur2)."""
    return int((murmur2(key) & 0x7FFFFFFF) % partitions)


class Publisher:
    """A producer for one term of the relay. Entering raises KafkaError when Kafka is away."""

    def __init__(self, kafka: str) -> None:
        self._producer = AIOKafkaProducer(
            bootstrap_servers=kafka,
            enable_idempotence=True,
            acks="all",
            linger_ms=0,
            max_batch_size=BATCH_BYTES,
            max_request_size=MAX_REQUEST_BYTES,
        )
        self._partitions: dict[str, int] = {}

    async def __aenter__(self) -> Self:
        await asyncio.wait_for(self._producer.start(), SEND_SECONDS)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # Its flush waits for a broker that may be gone; what was not acknowledged is sent again by the next producer.
        try:
            await asyncio.wait_for(self._producer.stop(), STOP_SECONDS)
        except (TimeoutError, Exception):  # noqa: BLE001 - the producer is dropped whatever it says
            await self._cut_off()

    async def _cut_off(self) -> None:
        """Ends the sender that `stop` left waiting: it would send its rows when Kafka returns, after newer ones."""
        sending = self._producer._sender.sender_task
        if sending is not None:
            sending.cancel()
        closing = asyncio.create_task(self._producer.client.close())
        await asyncio.wait([task for task in (sending, closing) if task is not None], timeout=STOP_SECONDS)
        self._producer._message_accumulator.fail_all(ProducerClosed())

    async def send(self, rows: Sequence[Row]) -> None:
        """Returns when Kafka acknowledged every row. Raises RefusedRow, KafkaError or TimeoutError."""
        lanes: dict[tuple[str, int], list[Row]] = {}
        for row in rows:
            topic = row["topic"]
            partitions = self._partitions.get(topic) or await self._count_partitions(topic)
            lanes.setdefault((topic, partition_of(row["key"].encode(), partitions)), []).append(row)
        try:
            async with asyncio.timeout(SEND_SECONDS):
                await _all([self._send_lane(topic, partition, lane) for (topic, partition), lane in lanes.items()])
        except _TOO_LARGE as error:
            raise RefusedRow(type(error).__name__) from error

    async def _count_partitions(self, topic: str) -> int:
        async with asyncio.timeout(SEND_SECONDS):
            self._partitions[topic] = len(await self._producer.partitions_for(topic))
        return self._partitions[topic]

    async def _send_lane(self, topic: str, partition: int, rows: list[Row]) -> None:
        """One batch after the other: a fresh producer's second batch is taken by Kafka though its first was refused."""
        builder = self._producer.create_batch()
        for row in rows:
            key, headers = row["key"].encode(), _headers(row["headers"])
            if builder.append(key=key, value=row["payload"], timestamp=None, headers=headers) is None:
                await (await self._producer.send_batch(builder, topic, partition=partition))
                builder = self._producer.create_batch()
                builder.append(key=key, value=row["payload"], timestamp=None, headers=headers)
        await (await self._producer.send_batch(builder, topic, partition=partition))


async def _all(lanes: list[Any]) -> None:
    """Waits for every lane, even when one fails: none is left running behind a dropped producer."""
    results = await asyncio.gather(*lanes, return_exceptions=True)
    errors = [result for result in results if isinstance(result, BaseException)]
    too_large = [error for error in errors if isinstance(error, _TOO_LARGE)]
    if errors:
        raise (too_large or errors)[0]


def _headers(stored: str) -> list[tuple[str, bytes]]:
    return [(name, value.encode()) for name, value in orjson.loads(stored).items()]

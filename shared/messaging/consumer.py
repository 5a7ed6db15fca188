"""A FastStream subscriber whose messages pass through the inbox.

FastStream reads, decodes nothing and acknowledges nothing (`AckPolicy.MANUAL`): each of its own policies loses or
loops on a message that fails. The tolerant parser lets poison through to the inbox, which parks it.
"""

import time
from collections.abc import Sequence
from typing import Any, cast

from aiokafka import AIOKafkaConsumer, ConsumerRecord
from faststream import AckPolicy
from faststream.kafka import KafkaBroker, KafkaMessage
from opentelemetry.trace import SpanKind

from shared.database.engine import Database
from shared.events.topics import Topic
from shared.messaging.delivery import Delivery
from shared.messaging.inbox import Inbox
from shared.messaging.offsets import Offsets
from shared.messaging.reactions import Reaction
from shared.telemetry import metrics
from shared.telemetry.traces import context_of, tracer

SESSION_TIMEOUT_MS = 30_000


class Consumer:
    """One consumer group: which topics it reads, and how it reacts."""

    def __init__(self, name: str, topics: Sequence[Topic], reactions: Sequence[Reaction], database: Database) -> None:
        self.name = name
        self.topics = tuple(topics)
        self.inbox = Inbox(name, database, reactions)
        self.offsets = Offsets()
        self._subscriber: Any = None
        self._stopping = False

    def subscribe(self, broker: KafkaBroker, instance: str = "") -> None:
        """Registers with a broker that is about to start.

        `instance` names this replica for good (static membership, KIP-345): when it is killed and started again its
        partitions wait for it, instead of for the end of its session.
        """
        self.offsets = Offsets()
        self._stopping = False
        self._subscriber = broker.subscriber(
            *(topic.name for topic in self.topics),
            group_id=f"cer.{self.name}",
            group_instance_id=f"{self.name}.{instance}" if instance else None,
            ack_policy=AckPolicy.MANUAL,
            auto_offset_reset="earliest",
            no_reply=True,
            parser=_parse,
            decoder=_decode,
            listener=self.offsets,
            session_timeout_ms=SESSION_TIMEOUT_MS,
            fetch_max_wait_ms=500,
        )
        self._subscriber(self._handle)

    @property
    def kafka_consumer(self) -> AIOKafkaConsumer | None:
        """The client underneath, while it runs."""
        return self._subscriber.consumer if self._subscriber is not None else None

    async def stop_reading(self) -> None:
        """From now on each message in hand is committed as soon as it is done."""
        self._stopping = True
        await self.offsets.commit(self.kafka_consumer)

    async def commit_if_due(self) -> None:
        """Called every second, so that a quiet topic's last messages are committed too."""
        if self.offsets.due:
            await self.offsets.commit(self.kafka_consumer)

    async def _handle(self, delivery: Delivery) -> None:
        try:
            with tracer.start_as_current_span(
                f"process {delivery.topic}",
                context=context_of(delivery.headers.get("traceparent")),
                kind=SpanKind.CONSUMER,
                attributes=_attributes(self.name, delivery),
            ) as span:
                span.set_attribute("cer.ending", await self.inbox.handle(delivery))
        except BaseException:
            self.offsets.failed(delivery.topic, delivery.partition)
            raise
        self.offsets.processed(delivery.topic, delivery.partition, delivery.offset)
        metrics.LAG_SECONDS.labels(self.name).set(max(0.0, time.time() - delivery.timestamp_ms / 1000))
        if self._stopping or self.offsets.due:
            await self.offsets.commit(self.kafka_consumer)


def _attributes(consumer: str, delivery: Delivery) -> dict[str, str | int]:
    """Messaging semantic conventions of OpenTelemetry, and the event's own name."""
    return {
        "messaging.system": "kafka",
        "messaging.operation.type": "process",
        "messaging.destination.name": delivery.topic,
        "messaging.destination.partition.id": str(delivery.partition),
        "messaging.kafka.offset": delivery.offset,
        "messaging.consumer.group.name": f"cer.{consumer}",
        "messaging.message.id": str(delivery.event_id or ""),
        "messaging.message.conversation_id": delivery.headers.get("ce_partitionkey", ""),
        "cer.event.type": delivery.type or "",
    }


async def _parse(record: "ConsumerRecord[Any, Any]") -> KafkaMessage:
    """Wraps the record as it is: FastStream's own parser raises on a header that is not UTF-8."""
    return KafkaMessage(
        body=record.value or b"",
        headers={},
        raw_message=record,
        consumer=cast("Any", None),
        message_id=f"{record.topic}-{record.partition}-{record.offset}",
    )


async def _decode(message: KafkaMessage) -> Delivery:
    return Delivery.of(cast("ConsumerRecord[Any, Any]", message.raw_message))

"""Offsets of processed messages only, committed explicitly.

FastStream's `ack()` commits wherever the consumer has read to, which may lie past a message that failed. Here each
partition's offset moves only when its message is dealt with, and stops for good when one is not.
"""

import time
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.abc import ConsumerRebalanceListener
from aiokafka.errors import IllegalStateError, KafkaError

from shared.telemetry.logs import get_logger

COMMIT_EVERY = 100
COMMIT_SECONDS = 1.0

log = get_logger(__name__)


class Offsets(ConsumerRebalanceListener):  # type: ignore[misc]
    """Counts what was processed for one consumer, and commits every 100 messages or every second."""

    def __init__(self) -> None:
        self._next: dict[TopicPartition, int] = {}
        self._stuck: set[TopicPartition] = set()
        self._uncommitted = 0
        self._last_commit = time.monotonic()
        self.assigned: frozenset[TopicPartition] = frozenset()
        self.joined = False

    def processed(self, topic: str, partition: int, offset: int) -> None:
        """This message is dealt with."""
        place = TopicPartition(topic, partition)
        if place not in self._stuck:
            self._next[place] = offset + 1
            self._uncommitted += 1

    def failed(self, topic: str, partition: int) -> None:
        """This message was not dealt with: nothing after it is committed until the partition is assigned anew."""
        self._stuck.add(TopicPartition(topic, partition))

    @property
    def due(self) -> bool:
        """Enough messages, or enough time, since the last commit."""
        return self._uncommitted >= COMMIT_EVERY or (
            self._uncommitted > 0 and time.monotonic() - self._last_commit >= COMMIT_SECONDS
        )

    async def commit(self, consumer: AIOKafkaConsumer | None) -> None:
        """Commits what is still assigned to us. A failure is no loss: the inbox knows what comes again."""
        pending = {place: offset for place, offset in self._next.items() if place in self.assigned}
        self._uncommitted, self._last_commit = 0, time.monotonic()
        if consumer is None or not pending:
            return
        try:
            await consumer.commit(pending)
        except (KafkaError, IllegalStateError) as error:
            self._uncommitted = 1
            log.warning("offsets.commit_failed", error=type(error).__name__)
            return
        for place, offset in pending.items():
            if self._next.get(place) == offset:
                del self._next[place]

    def on_partitions_revoked(self, revoked: Any) -> None:
        """Another consumer takes over from the last committed offset."""
        for place in revoked:
            self._next.pop(place, None)
            self._stuck.discard(place)
        self.assigned -= frozenset(revoked)
        self.joined = False

    def on_partitions_assigned(self, assigned: Any) -> None:
        """The group has given us our share: none, when it has more members than partitions."""
        self.assigned = frozenset(assigned)
        self.joined = True

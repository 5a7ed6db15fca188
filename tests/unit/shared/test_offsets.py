"""Only what was dealt with is committed, and only for partitions that are ours."""

from typing import Any

from aiokafka import TopicPartition
from aiokafka.errors import CommitFailedError

from shared.messaging.offsets import COMMIT_EVERY, Offsets

PLACE = TopicPartition("cer.probe.v1", 0)
OTHER = TopicPartition("cer.probe.v1", 1)


class Broker:
    """Keeps what it is asked to commit."""

    def __init__(self, *, failing: bool = False) -> None:
        self.committed: dict[TopicPartition, int] = {}
        self.failing = failing

    async def commit(self, offsets: dict[TopicPartition, int]) -> None:
        if self.failing:
            raise CommitFailedError
        self.committed.update(offsets)


def assigned(*places: TopicPartition) -> Offsets:
    offsets = Offsets()
    offsets.on_partitions_assigned(places)
    return offsets


async def commit(offsets: Offsets, broker: Broker) -> dict[TopicPartition, int]:
    client: Any = broker
    await offsets.commit(client)
    return broker.committed


async def test_the_next_offset_is_committed() -> None:
    offsets = assigned(PLACE, OTHER)
    offsets.processed(PLACE.topic, PLACE.partition, 41)
    offsets.processed(PLACE.topic, PLACE.partition, 42)
    assert await commit(offsets, Broker()) == {PLACE: 43}


async def test_nothing_after_a_failed_message_is_committed() -> None:
    offsets = assigned(PLACE, OTHER)
    offsets.processed(PLACE.topic, PLACE.partition, 1)
    offsets.failed(PLACE.topic, PLACE.partition)
    offsets.processed(PLACE.topic, PLACE.partition, 3)
    offsets.processed(OTHER.topic, OTHER.partition, 9)
    assert await commit(offsets, Broker()) == {PLACE: 2, OTHER: 10}


async def test_a_partition_that_was_taken_away_is_left_to_its_new_owner() -> None:
    offsets = assigned(PLACE, OTHER)
    offsets.processed(PLACE.topic, PLACE.partition, 1)
    offsets.on_partitions_revoked([PLACE])
    assert await commit(offsets, Broker()) == {}


async def test_a_commit_that_failed_is_tried_again() -> None:
    offsets = assigned(PLACE)
    offsets.processed(PLACE.topic, PLACE.partition, 1)
    await commit(offsets, Broker(failing=True))
    assert await commit(offsets, Broker()) == {PLACE: 2}


def test_a_hundred_messages_make_a_commit_due() -> None:
    offsets = assigned(PLACE)
    for number in range(COMMIT_EVERY - 1):
        offsets.processed(PLACE.topic, PLACE.partition, number)
    assert not offsets.due
    offsets.processed(PLACE.topic, PLACE.partition, COMMIT_EVERY)
    assert offsets.due


def test_a_consumer_is_ready_from_its_share_until_the_next_rebalance() -> None:
    offsets = Offsets()
    assert not offsets.joined
    offsets.on_partitions_assigned(())
    assert offsets.joined
    offsets.on_partitions_revoked(())
    assert not offsets.joined

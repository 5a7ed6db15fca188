"""An aiokafka consumer that does not stop for ever at a record that it cannot read.

aiokafka decodes the names of headers while it unpacks a batch, before anything of ours runs: one that is not UTF-8
makes `getone` raise at that offset each time. Here such a record is handed on without its content, to be parked like
any poison.
"""

from types import TracebackType
from typing import Any

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.consumer.fetcher import FetchResult

# Stands for what could not be read; not UTF-8 itself, so that the inbox takes it for what it is.
UNREADABLE = (("(nom illisible)", b"\xff"),)


class TolerantConsumer(AIOKafkaConsumer):  # type: ignore[misc]
    """Gives an empty record with an unreadable header in the place of one that cannot be unpacked."""

    async def getone(self, *partitions: TopicPartition) -> "ConsumerRecord[Any, Any]":
        """The next record. Raises what AIOKafkaConsumer.getone does, but for undecodable header names."""
        try:
            return await super().getone(*partitions)
        except UnicodeDecodeError as error:
            place = _place(error.__traceback__)
            if place is None:
                raise
            offset = await self.position(place)
            self.seek(place, offset + 1)
            return ConsumerRecord(
                topic=place.topic,
                partition=place.partition,
                offset=offset,
                timestamp=0,
                timestamp_type=0,
                key=None,
                value=None,
                checksum=None,
                serialized_key_size=-1,
                serialized_value_size=-1,
                headers=UNREADABLE,
            )


def _place(trace: TracebackType | None) -> TopicPartition | None:
    """The partition whose batch was being unpacked when the error was raised."""
    while trace is not None:
        found = trace.tb_frame.f_locals.get("self")
        if isinstance(found, FetchResult):
            return found._topic_partition
        trace = trace.tb_next
    return None

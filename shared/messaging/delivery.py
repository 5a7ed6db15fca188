"""A message as it came from Kafka: nothing is trusted, nothing fails here, so that poison reaches our own code."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from aiokafka import ConsumerRecord


@dataclass(frozen=True)
class Delivery:
    """One message and where it stood. Headers that are not UTF-8, or that PostgreSQL cannot keep, are `bad_headers`."""

    topic: str
    partition: int
    offset: int
    timestamp_ms: int
    key: bytes | None
    headers: dict[str, str]
    bad_headers: tuple[str, ...]
    value: bytes | None

    @classmethod
    def of(cls, record: "ConsumerRecord[Any, Any]") -> "Delivery":
        """Reads a record of aiokafka; never raises."""
        headers: dict[str, str] = {}
        bad: list[str] = []
        for sent_name, raw in record.headers or ():
            name, value = _kept(sent_name), _kept((raw or b"").decode(errors="replace"))
            headers[name] = value
            if (name.encode(), value.encode()) != (sent_name.encode(), raw or b""):
                bad.append(name)
        return cls(
            topic=record.topic,
            partition=record.partition,
            offset=record.offset,
            timestamp_ms=record.timestamp,
            key=record.key,
            headers=headers,
            bad_headers=tuple(bad),
            value=record.value,
        )

    @property
    def type(self) -> str | None:
        """CloudEvents type, if any."""
        return self.headers.get("ce_type")

    @property
    def event_id(self) -> UUID | None:
        """CloudEvents id, if it is a UUID as ours are."""
        try:
            return UUID(self.headers.get("ce_id", ""))
        except ValueError:
            return None


def _kept(text: str) -> str:
    """As PostgreSQL can store it: it has no null character, in text nor in JSON."""
    return text.replace("\x00", "\ufffd")

"""Messages as Kafka would hand them over."""

from datetime import UTC, datetime
from itertools import count
from typing import Any
from uuid import UUID

from shared.events.envelope import Event
from shared.events.headers import cloudevents_headers
from shared.events.sealed import Sealer
from shared.kernel.ids import new_id
from shared.messaging.delivery import Delivery
from tests.builders.messaging import NoSealer

_offsets = count()


def delivery_of(event: Event, event_id: UUID | None = None, sealer: Sealer | None = None, **changes: Any) -> Delivery:
    """A delivery of this event; `changes` spoil it."""
    headers = cloudevents_headers(event, event_id or new_id(), datetime(2026, 3, 2, 9, 0, tzinfo=UTC))
    given: dict[str, Any] = {
        "topic": event.topic.name,
        "partition": 0,
        "offset": next(_offsets),
        "timestamp_ms": 1_772_442_000_000,
        "key": event.key.encode(),
        "headers": headers,
        "bad_headers": (),
        "value": event.to_json(sealer or NoSealer()),
    }
    return Delivery(**{**given, **changes})

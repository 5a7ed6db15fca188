"""Stores emitted events in the transaction that made them; the relay publishes them later, in order."""

import asyncio
from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from shared.database.driver import Insert
from shared.database.unit_of_work import Emitted
from shared.events.headers import cloudevents_headers
from shared.events.sealed import Sealer
from shared.kernel.clock import Clock, SystemClock
from shared.kernel.errors import Refusal
from shared.kernel.ids import new_id
from shared.messaging.tables import outbox

# Kafka's default limit is 1 MiB a message, headers and framing included; documents travel as claim checks.
MAX_PAYLOAD = 900 * 1024

_ADD = Insert(
    outbox,
    (
        "event_id",
        "aggregate_type",
        "aggregate_id",
        "aggregate_version",
        "type",
        "topic",
        "key",
        "headers",
        "payload",
    ),
)


class EventTooLarge(Refusal):
    """An event that Kafka would refuse is refused here, before anything is committed."""

    code = "event-too-large"
    title = "Contenu trop volumineux"


class Outbox:
    """Implements `EventSink`. `wake` is set after each commit that has events, for a relay of the same process."""

    def __init__(self, sealer: Sealer, clock: Clock | None = None) -> None:
        self._sealer = sealer
        self._clock = clock or SystemClock()
        self.wake = asyncio.Event()

    async def store(self, session: AsyncSession, events: Sequence[Emitted]) -> None:
        """Inserts the events in order. Raises EventTooLarge."""
        await _ADD.many(session, [self._row(event) for event in events])

    def committed(self) -> None:
        self.wake.set()

    def _row(self, emitted: Emitted) -> dict[str, object]:
        event = emitted.event
        payload = event.to_json(self._sealer)
        if len(payload) > MAX_PAYLOAD:
            raise EventTooLarge(
                f"L'événement {event.name()} ferait {len(payload)} octets, plus que les {MAX_PAYLOAD} admis : "
                "raccourcissez les textes."
            )
        event_id = new_id()
        return {
            "event_id": event_id,
            "aggregate_type": event.aggregate,
            "aggregate_id": event.subject,
            "aggregate_version": event.aggregate_version,
            "type": event.ce_type(),
            "topic": event.topic.name,
            "key": event.key,
            "headers": cloudevents_headers(event, event_id, self._clock.now(), emitted.traceparent),
            "payload": payload,
        }

"""CloudEvents 1.0 attributes of an event, as the headers of a Kafka message in binary content mode."""

from datetime import UTC, datetime
from uuid import UUID

from shared.events.envelope import Event

SPECVERSION = "1.0"


def cloudevents_headers(event: Event, event_id: UUID, time: datetime, traceparent: str | None = None) -> dict[str, str]:
    """The headers of the event's message (CloudEvents Kafka protocol binding 1.0, §3.2).

    `traceparent` (W3C Trace Context) is plain, without `ce_`: that is what tracing libraries read.
    """
    headers = {
        "content-type": "application/json",
        "ce_specversion": SPECVERSION,
        "ce_id": str(event_id),
        "ce_source": event.ce_source(),
        "ce_type": event.ce_type(),
        "ce_time": time.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "ce_subject": event.subject,
        "ce_dataschema": event.ce_dataschema(),
        "ce_aggregateversion": str(event.aggregate_version),
        "ce_partitionkey": event.key,
    }
    if traceparent:
        headers["traceparent"] = traceparent
    return headers

"""The one list of all events: schemas, samples, AsyncAPI and consumers all read it."""

from shared.events import (
    audit,
    contracts,
    documents,
    imported,
    notifications,
    reference,
    replacements,
    sessions,
    signature,
    validation,
)
from shared.events.envelope import Event

EVENTS: tuple[type[Event], ...] = (
    *contracts.EVENTS,
    *imported.EVENTS,
    *reference.EVENTS,
    *replacements.EVENTS,
    *signature.EVENTS,
    *documents.EVENTS,
    *validation.EVENTS,
    *sessions.EVENTS,
    *notifications.EVENTS,
    *audit.EVENTS,
)

BY_TYPE: dict[str, type[Event]] = {event.ce_type(): event for event in EVENTS}

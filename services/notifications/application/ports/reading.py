"""What is read outside any command."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from services.notifications.domain.batch import Batch
from services.notifications.domain.catalog import Channel
from services.notifications.domain.states import Status
from shared.security.principal import Principal


@dataclass(frozen=True)
class Filter:
    """Which messages are asked for; none of a criterion means all. `seen_by` limits them to what this agent may see."""

    cer_id: UUID | None = None
    dossier_id: UUID | None = None
    session_id: UUID | None = None
    statuses: tuple[Status, ...] = ()
    channels: tuple[Channel, ...] = ()
    seen_by: Principal | None = None


@dataclass(frozen=True)
class MessageRow:
    """A message as it is read; `referent` and `identity` are sealed tokens."""

    id: UUID
    template: str
    template_version: str | None
    channel: str
    audience: str
    cer_id: UUID | None
    dossier_id: UUID | None
    session_id: UUID | None
    territory: str
    referent_id: str | None
    status: str
    status_at: datetime
    created_at: datetime
    version: int
    sending: int
    code: str
    provider: str
    receipt: str | None
    delivery: str | None
    delivery_at: datetime | None
    digest_id: UUID | None
    batch_id: UUID | None
    attachment: Mapping[str, Any] | None
    referent: str | None
    identity: str | None
    downloaded_at: datetime | None


@dataclass(frozen=True)
class LetterRow:
    """A letter of a print batch; `identity` is a sealed token."""

    id: UUID
    place: int
    facts: Mapping[str, Any]
    identity: str
    status: str


class Reading(Protocol):
    """Reads outside any command."""

    async def page(self, wanted: Filter, before: UUID | None, limit: int) -> list[MessageRow]:
        """Messages, newest first; `before` is the last one of the page before."""
        ...

    async def batches(self, seen_by: Principal | None, before: UUID | None, limit: int) -> list[Batch]:
        """Print batches, newest first; of this agent's territories, or all."""
        ...

    async def batch(self, batch_id: UUID) -> Batch:
        """One batch. Raises NotFound."""
        ...

    async def letters(self, batch_id: UUID) -> list[LetterRow]:
        """Its letters, in their order."""
        ...

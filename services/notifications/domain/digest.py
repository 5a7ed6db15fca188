"""One mail for many messages of a kind to the same agent or service: it gathers them until it is due."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self
from uuid import UUID

from services.notifications.domain.catalog import Audience
from services.notifications.domain.model import Message
from shared.events.blocks import AgentCard
from shared.events.sealed import Sealed
from shared.kernel.ids import derived_id


@dataclass(frozen=True)
class Digest:
    """`recipient` is an agent, or the service for a territory; `referent` is the agent's card, none for the service."""

    id: UUID
    template: str
    recipient: str
    territory: str
    referent: Sealed[AgentCard] | None
    due_at: datetime

    @classmethod
    def of(cls, message: Message, due_at: datetime) -> Self:
        """That to which this message belongs when it leaves at this instant: always the same one."""
        service = message.audience is Audience.SERVICE_INSERTION
        recipient = f"service:{message.territory}" if service else f"agent:{message.referent_id}"
        return cls(
            id=derived_id("digest", message.template, recipient, due_at.isoformat()),
            template=message.template,
            recipient=recipient,
            territory=message.territory if service else "",
            referent=None if service else message.referent,
            due_at=due_at,
        )

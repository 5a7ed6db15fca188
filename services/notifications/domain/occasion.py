"""What a message is about, whatever made it: an event of another service, or an order of this one."""

from dataclasses import dataclass
from typing import Self
from uuid import UUID

from shared.events.blocks import AgentCard, Identity
from shared.events.contracts import CerEvent
from shared.events.documents import EditionEvent
from shared.events.sealed import Sealed
from shared.events.signature import SignatureEvent

# Who signs what no référent stands for.
NOBODY = AgentCard(agent_id="", full_name="", quality="")

Trigger = CerEvent | EditionEvent | SignatureEvent


@dataclass(frozen=True)
class Occasion:
    """The fact, and whose it is. The same `source`, `subject` and `version` are the same fact.

    What is told to the insertion service alone needs neither the person nor the référent; what is told of a session
    is about no CER, and `referent` is the card of the member.
    """

    source: str
    subject: str
    version: int
    cer_id: UUID | None
    dossier_id: UUID | None
    territory: str
    referent_id: str | None
    referent: Sealed[AgentCard] | None = None
    identity: Sealed[Identity] | None = None
    session_id: UUID | None = None

    @classmethod
    def of_session(
        cls, source: tuple[str, int], session_id: UUID, agent_id: str, card: Sealed[AgentCard] | None
    ) -> Self:
        """That of a session of a commission, for one of its members; of no territory: the insertion service's alone."""
        name, version = source
        subject = f"{session_id}:{agent_id}"
        return cls(name, subject, version, None, None, "", None, referent=card, session_id=session_id)

    @classmethod
    def of(cls, event: Trigger, referent_id: str) -> Self:
        """That of an event."""
        return cls(
            source=event.ce_type(),
            subject=event.subject,
            version=event.aggregate_version,
            cer_id=event.cer_id,
            dossier_id=event.dossier_id,
            territory=event.territory,
            referent_id=referent_id,
            referent=event.referent,
            identity=event.identity,
        )

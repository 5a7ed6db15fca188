"""A message: made once by an event, sent by a worker, then delivered, failed or of unknown fate."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from services.notifications.domain.plan import Attachment, Audience, Notice
from services.notifications.domain.states import TRANSITIONS, Status, Verb, next_status
from shared.events.blocks import AgentCard, Identity
from shared.events.contracts import CerEvent
from shared.events.documents import EditionEvent
from shared.events.envelope import Event
from shared.events.notifications import NotificationDelivered, NotificationFailed
from shared.events.sealed import Sealed
from shared.events.signature import SignatureCompleted, SignatureEvent, SignatureVoided
from shared.kernel.ids import derived_id

Trigger = CerEvent | EditionEvent | SignatureEvent

MAIL = "mail"
UNKNOWN = "unknown"


@dataclass
class Message:
    """One mail to one recipient. Names and addresses stay in the sealed blocks that the event brought.

    `sending` counts the sendings, from 1: the first, and one more each time that a person sends it again. Each ends
    in one event, whose aggregate version it is.
    """

    id: UUID
    template: str
    audience: Audience
    cer_id: UUID
    dossier_id: UUID
    territory: str
    referent_id: str | None
    facts: dict[str, str | int]
    referent: Sealed[AgentCard]
    identity: Sealed[Identity] | None
    attachment: Attachment | None
    status: Status
    status_at: datetime
    created_at: datetime
    version: int = 1
    sending: int = 1
    code: str = ""

    @classmethod
    def of(cls, event: Trigger, notice: Notice, referent_id: str, address: str | None, at: datetime) -> Self:
        """The message that this event triggers; `address` only tells whether it can be sent.

        The same event always gives the same identifier. A référent's message keeps nothing about the person.
        """
        return cls(
            id=message_id(type(event), event.subject, event.aggregate_version, notice.template, notice.audience),
            template=notice.template,
            audience=notice.audience,
            cer_id=event.cer_id,
            dossier_id=event.dossier_id,
            territory=event.territory,
            referent_id=referent_id,
            facts=notice.facts,
            referent=event.referent,
            identity=event.identity if notice.audience is Audience.PERSON else None,
            attachment=notice.attachment,
            status=Status.PENDING if address else Status.NO_ADDRESS,
            status_at=at,
            created_at=at,
        )

    def delivered(self, at: datetime) -> NotificationDelivered:
        """The provider took it."""
        self._move(Verb.DELIVER, "", at)
        return NotificationDelivered(**self._told())

    def failed(self, code: str, at: datetime) -> NotificationFailed:
        """It did not leave; `code` says why (`smtp-550`, `bad-address`, `object-missing`…)."""
        self._move(Verb.FAIL, code, at)
        return NotificationFailed(**self._told(), code=code)

    def lost(self, code: str, at: datetime) -> NotificationFailed:
        """Nobody knows whether the provider took it: a person decides whether it is sent again."""
        self._move(Verb.LOSE, code, at)
        return NotificationFailed(**self._told(), code=UNKNOWN)

    def withdraw(self, code: str, at: datetime) -> bool:
        """What it says holds no more: it does not leave. False when it left already, or may have."""
        if (self.status, Verb.WITHDRAW) not in TRANSITIONS:
            return False
        self._move(Verb.WITHDRAW, code, at)
        return True

    def resend(self, at: datetime) -> None:
        """A person wants it sent again. Raises ImpossibleMove unless it failed or its fate is unknown."""
        self._move(Verb.RESEND, "", at)
        self.sending += 1

    def _move(self, verb: Verb, code: str, at: datetime) -> None:
        self.status = next_status(self.status, verb)
        self.status_at, self.code = at, code
        self.version += 1

    def _told(self) -> dict[str, Any]:
        return {
            "aggregate_version": self.sending,
            "message_id": self.id,
            "cer_id": self.cer_id,
            "dossier_id": self.dossier_id,
            "template": self.template,
            "channel": MAIL,
            "audience": self.audience.value,
        }


def message_id(event: type[Event], subject: str, version: int, template: str, audience: Audience) -> UUID:
    """The identifier of the message that an event, of this aggregate and version, triggers."""
    return derived_id("message", event.ce_type(), subject, version, template, audience)


def signed_message_id(event: SignatureVoided) -> UUID:
    """The mail with the signed PDF that this voiding ends: nothing was told of the signature in between."""
    version = event.aggregate_version - 1
    return message_id(SignatureCompleted, event.subject, version, "cer_signe_personne", Audience.PERSON)

"""A message: made once by an event, sent by a worker, then delivered, failed or of unknown fate."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Self, TypeVar
from uuid import UUID

from services.notifications.domain.catalog import CATALOG, Audience, Channel
from services.notifications.domain.occasion import Occasion
from services.notifications.domain.plan import SIGNED, Attachment, Facts, Notice
from services.notifications.domain.states import TRANSITIONS, Status, Verb, next_status
from shared.events.blocks import AgentCard, Identity
from shared.events.envelope import Event
from shared.events.files import FileRef
from shared.events.notifications import (
    NotificationDelivered,
    NotificationFailed,
    SessionNoticeDelivered,
    SessionNoticeFailed,
)
from shared.events.sealed import Sealed
from shared.events.signature import SignatureCompleted, SignatureProlonged, SignatureVoided
from shared.kernel.ids import derived_id
from shared.sms.outcome import Delivery, Receipt

UNKNOWN = "unknown"
_STILL_TO_LEAVE = frozenset({Status.PENDING, Status.FAILED, Status.UNKNOWN})

OfCer = TypeVar("OfCer", bound=Event)
OfSession = TypeVar("OfSession", bound=Event)


@dataclass(frozen=True)
class Proof:
    """What shows that a message left: who took it, what they gave for it, and by which template it was written."""

    provider: str = ""
    receipt: str | None = None
    template_version: str | None = None


@dataclass
class Message:
    """One message to one recipient. Names and addresses stay in the sealed blocks that the event brought.

    `sending` counts the sendings, from 1: the first, and one more each time that a person sends it again. Each ends
    in one event, whose aggregate version it is. `delivery` is what the provider said since (`delivered`, `failed`…).
    """

    id: UUID
    template: str
    audience: Audience
    channel: Channel
    cer_id: UUID | None
    dossier_id: UUID | None
    territory: str
    referent_id: str | None
    facts: Facts
    referent: Sealed[AgentCard] | None
    identity: Sealed[Identity] | None
    attachment: Attachment | None
    status: Status
    status_at: datetime
    created_at: datetime
    version: int = 1
    sending: int = 1
    code: str = ""
    proof: Proof = Proof()
    delivery: str | None = None
    delivery_at: datetime | None = None
    digest_id: UUID | None = None
    batch_id: UUID | None = None
    batch_place: int | None = None
    session_id: UUID | None = None

    @classmethod
    def of(
        cls, occasion: Occasion, notice: Notice, channel: Channel | None, at: datetime, *, unwanted: bool = False
    ) -> Self:
        """The message of this occasion; no `channel`: its recipient is reached by none. `unwanted`: they opted out.

        The same occasion always gives the same identifier. An agent's message keeps nothing about the person.
        """
        status = Status.PENDING if channel else Status.NO_ADDRESS
        return cls(
            id=message_id(
                occasion.source,
                occasion.subject,
                occasion.version,
                notice.instead_of or notice.template,
                notice.audience,
            ),
            template=notice.template,
            audience=notice.audience,
            channel=channel or CATALOG[notice.template].channels[0],
            cer_id=occasion.cer_id,
            dossier_id=occasion.dossier_id,
            territory=occasion.territory,
            referent_id=occasion.referent_id,
            facts=notice.facts,
            referent=occasion.referent,
            identity=occasion.identity if notice.audience is Audience.PERSON else None,
            attachment=notice.attachment,
            session_id=occasion.session_id,
            status=Status.OPTED_OUT if unwanted else status,
            status_at=at,
            created_at=at,
        )

    def batched(self, batch_id: UUID, place: int) -> None:
        """It is printed with others, in this place."""
        self.batch_id, self.batch_place = batch_id, place
        self.version += 1

    def drafted(self, provider: str, receipt: str) -> None:
        """It lies with its provider under this name, and is not posted yet."""
        self.proof = Proof(provider, receipt)
        self.version += 1

    def followed(self, delivery: Delivery, at: datetime) -> bool:
        """What its provider says became of it. False when that is known, or settled, already."""
        if self.delivery == delivery.value or self.settled:
            return False
        self.delivery, self.delivery_at = delivery.value, at
        self.version += 1
        return True

    @property
    def settled(self) -> bool:
        """Its provider has nothing more to say of it."""
        return self.delivery is not None and Delivery(self.delivery).final

    def is_of(self, receipt: Receipt) -> bool:
        """Whether the receipt is of this sending of it: not of one before, nor of one whose answer is awaited."""
        if self.status not in {Status.DELIVERED, Status.UNKNOWN}:
            return False
        same = receipt.id is None or self.proof.receipt in {None, receipt.id}
        return same and self.proof.provider in {"", receipt.provider}

    def receipted(self, receipt: Receipt, at: datetime) -> list[Event] | None:
        """A receipt, which shows that its provider has it: told where nobody knew. None when it is nothing new."""
        unknown = self.status is Status.UNKNOWN
        if not unknown and not self.followed(receipt.state, at):
            return None
        told: list[Event] = [self.delivered(self.proof, at)] if unknown else []
        self.delivery, self.delivery_at = receipt.state.value, at
        self.proof = replace(self.proof, provider=receipt.provider, receipt=self.proof.receipt or receipt.id)
        return told

    def delivered(self, proof: Proof, at: datetime) -> NotificationDelivered | SessionNoticeDelivered:
        """The provider took it."""
        self._move(Verb.DELIVER, "", at)
        self.proof = proof
        return self._told(NotificationDelivered, SessionNoticeDelivered)

    def failed(self, code: str, at: datetime) -> NotificationFailed | SessionNoticeFailed:
        """It did not leave; `code` says why (`smtp-550`, `bad-address`, `object-missing`…)."""
        self._move(Verb.FAIL, code, at)
        return self._told(NotificationFailed, SessionNoticeFailed, code=code)

    def lost(self, code: str, at: datetime) -> NotificationFailed | SessionNoticeFailed:
        """Nobody knows whether the provider took it: a person decides whether it is sent again."""
        self._move(Verb.LOSE, code, at)
        return self._told(NotificationFailed, SessionNoticeFailed, code=UNKNOWN)

    def withdraw(self, code: str, at: datetime) -> bool:
        """What it says holds no more: it does not leave. False when it left already, or may have."""
        if (self.status, Verb.WITHDRAW) not in TRANSITIONS:
            return False
        self._move(Verb.WITHDRAW, code, at)
        return True

    def renew(self, file: FileRef) -> bool:
        """A longer file stands for the one that it bears, and begins with it. False when it bears that, or has left."""
        if self.attachment is None or self.status not in _STILL_TO_LEAVE or file.size <= self.attachment.file.size:
            return False
        self.attachment = Attachment(file, self.attachment.name)
        self.version += 1
        return True

    def resend(self, at: datetime) -> None:
        """A person wants it sent again. Raises ImpossibleMove unless it failed or its fate is unknown."""
        self._move(Verb.RESEND, "", at)
        self.sending += 1
        self.proof, self.delivery, self.delivery_at = Proof(), None, None
        self.digest_id = self.batch_id = self.batch_place = None

    def _move(self, verb: Verb, code: str, at: datetime) -> None:
        self.status = next_status(self.status, verb)
        self.status_at, self.code = at, code
        self.version += 1

    def _told(
        self, of_cer: Callable[..., OfCer], of_session: Callable[..., OfSession], **more: str
    ) -> OfCer | OfSession:
        """The event of a message about a CER, or that of one about a session."""
        facts: dict[str, Any] = {
            "aggregate_version": self.sending,
            "message_id": self.id,
            "template": self.template,
            "channel": self.channel.value,
            "audience": self.audience.value,
        }
        if self.session_id is not None:
            return of_session(**facts, session_id=self.session_id, **more)
        return of_cer(**facts, cer_id=self.cer_id, dossier_id=self.dossier_id, **more)


def message_id(source: str, subject: str, version: int, template: str, audience: Audience) -> UUID:
    """The identifier of the message that a fact, of this aggregate and version, makes."""
    return derived_id("message", source, subject, version, template, audience)


def signed_message_ids(event: SignatureVoided | SignatureProlonged) -> list[UUID]:
    """Under which of these the mail with the signed PDF stands: told of the signature before, likelier ones first."""
    completed: type[Event] = SignatureCompleted
    versions = range(event.aggregate_version - 1, 0, -1)
    return [message_id(completed.ce_type(), event.subject, version, SIGNED, Audience.PERSON) for version in versions]

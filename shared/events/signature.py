"""What signature tells: a request opened, signed, or ended otherwise."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from shared.events.blocks import AgentCard, Identity, Reason
from shared.events.envelope import Event
from shared.events.erasing import ErasureAnswer
from shared.events.files import FileRef
from shared.events.sealed import Sealed
from shared.events.topics import SIGNATURE, Topic


class SignatureEvent(Event):
    """A fact about one signature request, that is one attempt of one CER."""

    topic: ClassVar[Topic] = SIGNATURE
    aggregate: ClassVar[str] = "signature"
    subject_field: ClassVar[str] = "signature_id"
    key_field: ClassVar[str] = "cer_id"

    signature_id: UUID
    cer_id: UUID
    dossier_id: UUID
    territory: str
    attempt: int = Field(ge=1)
    identity: Sealed[Identity]
    referent: Sealed[AgentCard]


class SignatureOpened(SignatureEvent):
    """The edition can be read and signed until `expires_at`."""

    edition_id: UUID
    expires_at: datetime


class SignatureCompleted(SignatureEvent):
    """The person signed: the sealed PDF and its evidence are stored."""

    edition_id: UUID
    signed_at: datetime
    entered_by: str = Field(description="Who typed the code: `referent` or `person`")
    document: FileRef
    evidence: FileRef
    numero: int


class SignatureProlonged(SignatureEvent):
    """The files of a completed signature were stamped anew: longer ones stand for them, which begin with them."""

    document: FileRef
    evidence: FileRef


class SignatureRefused(SignatureEvent):
    """The person refused."""

    reason: Sealed[Reason]


class SignatureExpired(SignatureEvent):
    """Nobody signed in time."""


class SignatureFailed(SignatureEvent):
    """The attempt cannot go on."""

    code: str = Field(description="`too-many-tries`, `phone-is-agents`, `sms-unavailable`, `sealing-failed`…")


class SignatureVoided(SignatureEvent):
    """A signature, complete or under way, counts no more: the CER was reopened or the attempt superseded."""

    code: str = Field(description="`reopened`, `cancelled` or `superseded`")
    was_completed: bool = Field(
        default=False, description="The sealed PDF existed: the person holds a document that counts no more"
    )


class SignaturesErased(ErasureAnswer):
    """Signature has nothing of this person any more: requests, sealed PDFs, evidence."""

    topic: ClassVar[Topic] = SIGNATURE


EVENTS: tuple[type[Event], ...] = (
    SignatureOpened, SignatureCompleted, SignatureProlonged, SignatureRefused, SignatureExpired, SignatureFailed,
    SignatureVoided, SignaturesErased,
)  # fmt: skip

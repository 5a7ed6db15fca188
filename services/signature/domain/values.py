"""The halves of a signature request, and the steps of its evidence."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.events.files import FileRef
from shared.kernel.ids import derived_id


def request_id(cer_id: UUID, attempt: int) -> UUID:
    """The one id of an attempt: both halves and every redelivery find the same request."""
    return derived_id("signature", cer_id, attempt)


@dataclass(frozen=True)
class Asked:
    """The half that contracts gives: the référent asked for the signature of a complete, frozen CER."""

    numero: int
    deadline: datetime
    phone_entered_today: bool
    phone_shared: bool
    phone_is_agents: bool


@dataclass(frozen=True)
class Edition:
    """The half that documents gives: the very PDF that is shown and signed."""

    edition_id: UUID
    document: FileRef
    pages: int


@dataclass(frozen=True)
class Signed:
    """The right code was typed: when, and who typed it (`referent` or `person`)."""

    at: datetime
    entered_by: str


@dataclass(frozen=True)
class Step:
    """One thing that happened, for the evidence. `detail` holds no personal data."""

    at: datetime
    verb: str
    agent: str | None
    detail: dict[str, str | int]

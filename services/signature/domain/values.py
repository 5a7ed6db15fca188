"""The halves of a signature request, and the steps of its evidence."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from ipaddress import ip_address
from typing import Final, Self
from uuid import UUID

from shared.events.files import FileRef
from shared.kernel.ids import derived_id


def request_id(cer_id: UUID, attempt: int) -> UUID:
    """The one id of an attempt: both halves and every redelivery find the same request."""
    return derived_id("signature", cer_id, attempt)


class Provider(StrEnum):
    """Who has the person sign: this service itself, or Yousign for it. A request keeps the one it was opened with."""

    OWN = "own"
    YOUSIGN = "yousign"


@dataclass(frozen=True)
class Asked:
    """The half that contracts gives: the référent asked for the signature of a complete, frozen CER.

    `phone_since`: the legal date on which the number was entered; none where contracts does not know.
    """

    numero: int
    deadline: datetime
    phone_entered_today: bool
    phone_shared: bool
    phone_is_agents: bool
    phone_since: date | None = None


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


LONGEST_DEVICE = 200


@dataclass(frozen=True)
class Origin:
    """Where somebody acts from: the network address that the server sees, what their device says that it is.

    For the evidence and its store alone: neither logs nor traces have it.
    """

    address: str | None = None
    device: str | None = None

    @classmethod
    def seen(cls, address: str | None, device: str | None) -> Self:
        """What a request shows. What is no address (a proxy may hand on anything) is none; a device is cut short."""
        try:
            found = None if address is None else str(ip_address(address))
        except ValueError:
            found = None
        readable = "".join(letter for letter in device or "" if letter.isprintable())
        return cls(found, readable[:LONGEST_DEVICE] or None)


NOWHERE: Final = Origin()


@dataclass(frozen=True)
class Step:
    """One thing that happened, for the evidence. `detail` holds no personal data; `origin` is of who did it."""

    at: datetime
    verb: str
    agent: str | None
    detail: dict[str, str | int]
    origin: Origin = NOWHERE

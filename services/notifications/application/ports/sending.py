"""What writes messages and takes them away."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol
from uuid import UUID

from services.notifications.domain.model import Message
from shared.events.blocks import AgentCard, Identity
from shared.events.files import FileRef
from shared.sms.outcome import Delivery


@dataclass(frozen=True)
class Words:
    """A message as its reader sees it; `sms` for those that can go by SMS, in the GSM 7-bit alphabet."""

    subject: str
    text: str
    html: str
    sms: str | None = None


@dataclass(frozen=True)
class Writing:
    """Words, with the version of the template that wrote them and its content: enough to write them again."""

    words: Words
    version: str
    content: Mapping[str, Any]


class Composer(Protocol):
    """Puts the words of a template together."""

    def compose(self, messages: Sequence[Message], referent: AgentCard, person: Identity | None) -> Writing:
        """The words of these messages of one kind, in French. Raises jinja2.UndefinedError when a fact is missing."""
        ...

    def again(
        self, content: Mapping[str, Any], message: Message, referent: AgentCard, person: Identity | None
    ) -> Words:
        """The words as a kept version of the template wrote them."""
        ...


class Files(Protocol):
    """The object store."""

    async def get(self, ref: FileRef) -> bytes:
        """The verified bytes. Raises FilesAway, or a Refusal when the file can never be had."""
        ...


class FilesAway(Exception):  # noqa: N818 - it names what happened
    """The object store does not answer right now."""


@dataclass(frozen=True)
class Parcel:
    """A message ready to leave. `id` is what its provider and its recipient know it by, the same each time it leaves.

    `to` is a mail address or a number (E.164).
    """

    id: UUID
    to: str
    words: Words
    date: datetime
    attachment: tuple[str, bytes] | None = None


@dataclass(frozen=True)
class Accepted:
    """The provider took it; `receipt` is what it gave as a proof, without personal data."""

    provider: str = ""
    receipt: str | None = None


@dataclass(frozen=True)
class PutOff:
    """Not now: to be tried again later."""

    code: str


@dataclass(frozen=True)
class Refused:
    """Never: the provider says no. `address`: because nobody is reached there."""

    code: str
    address: bool = False


@dataclass(frozen=True)
class Lost:
    """The connection was lost when the provider may have taken the message."""

    code: str


Answer = Accepted | PutOff | Refused | Lost

Tls = Literal["none", "starttls", "tls"]


class Carrier(Protocol):
    """Hands messages of one channel over to a provider."""

    @property
    def provider(self) -> str:
        """By what its pace is counted."""
        ...

    async def send(self, parcel: Parcel, handing_over: Callable[[], Awaitable[None]]) -> Answer:
        """Tries once; `handing_over` is awaited just before the provider may take the message."""
        ...

    async def close(self) -> None:
        """Takes leave of the provider."""
        ...


@dataclass(frozen=True)
class Letter:
    """A letter to be printed and posted elsewhere: up to six lines of address, the last the post code and town."""

    id: UUID
    address: Sequence[str]
    name: str
    document: bytes


class Post(Protocol):
    """A provider that prints and posts. A draft costs nothing and goes nowhere; only its submission counts, once."""

    @property
    def provider(self) -> str:
        """By what its pace is counted."""
        ...

    async def draft(self, letter: Letter) -> str | PutOff | Refused:
        """Puts the letter there; its name with the provider."""
        ...

    async def submit(self, draft: str) -> Accepted | PutOff | Refused:
        """Has it posted, unless that was done before."""
        ...

    async def followed(self, draft: str) -> Delivery | None:
        """What became of it; none when the provider does not answer."""
        ...

    async def close(self) -> None:
        """Takes leave of the provider."""
        ...

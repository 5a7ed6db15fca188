"""What the use cases ask of the outside."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol
from uuid import UUID

from services.notifications.domain.model import Message
from services.notifications.domain.states import Status
from shared.database.unit_of_work import UnitOfWork
from shared.events.blocks import AgentCard, Identity
from shared.events.files import FileRef
from shared.security.principal import Principal


class Messages(Protocol):
    """The messages of one transaction; a loaded message is locked until its end."""

    async def add(self, message: Message) -> bool:
        """Stores a new message; False when this event had made it already."""
        ...

    async def get(self, message_id: UUID) -> Message:
        """The message. Raises NotFound."""
        ...

    async def find(self, message_id: UUID) -> Message | None:
        """The message if there is one."""
        ...

    async def save(self, message: Message) -> None:
        """Stores one change. Raises RaceLost."""
        ...


MessagesOf = Callable[[UnitOfWork], Messages]


@dataclass(frozen=True)
class Words:
    """A message as its reader sees it."""

    subject: str
    text: str
    html: str


class Composer(Protocol):
    """Puts the words of a template together."""

    def compose(self, message: Message, referent: AgentCard, person: Identity | None) -> Words:
        """The words of this message, in French. Raises jinja2.UndefinedError when a fact is missing."""
        ...


class Files(Protocol):
    """The object store."""

    async def get(self, ref: FileRef) -> bytes:
        """The verified bytes. Raises FilesAway, or a Refusal when the file can never be had."""
        ...


class FilesAway(Exception):  # noqa: N818 - it names what happened
    """The object store does not answer right now."""


@dataclass(frozen=True)
class Mail:
    """A mail ready to leave. `message_id` is the header (RFC 5322 §3.6.4), the same each time it is sent."""

    message_id: str
    to: str
    words: Words
    date: datetime
    attachment: tuple[str, bytes] | None


@dataclass(frozen=True)
class Accepted:
    """The provider took the mail."""


@dataclass(frozen=True)
class PutOff:
    """Not now: to be tried again later."""

    code: str


@dataclass(frozen=True)
class Refused:
    """Never: the provider or the address says no."""

    code: str


@dataclass(frozen=True)
class Lost:
    """The connection was lost when the provider may have taken the mail."""

    code: str


Answer = Accepted | PutOff | Refused | Lost

Tls = Literal["none", "starttls", "tls"]


class Mailer(Protocol):
    """Hands a mail over to a provider."""

    async def send(self, mail: Mail, handing_over: Callable[[], Awaitable[None]]) -> Answer:
        """Tries once; `handing_over` is awaited just before the provider may take the mail."""
        ...


@dataclass(frozen=True)
class Filter:
    """Which messages are asked for; none of a criterion means all. `seen_by` limits them to what this agent may see."""

    cer_id: UUID | None = None
    statuses: tuple[Status, ...] = ()
    seen_by: Principal | None = None


@dataclass(frozen=True)
class MessageRow:
    """A message as it is read; `referent` and `identity` are sealed tokens."""

    id: UUID
    template: str
    audience: str
    cer_id: UUID
    dossier_id: UUID
    status: str
    status_at: datetime
    created_at: datetime
    version: int
    sending: int
    code: str
    referent: str
    identity: str | None


class Reading(Protocol):
    """Reads outside any command."""

    async def page(self, wanted: Filter, before: UUID | None, limit: int) -> list[MessageRow]:
        """Messages, newest first; `before` is the last one of the page before."""
        ...

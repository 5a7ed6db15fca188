"""What is stored, in one transaction."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from services.notifications.application.ports.directory import Directory, Sittings
from services.notifications.application.ports.handing import Remises
from services.notifications.domain.batch import Batch
from services.notifications.domain.digest import Digest
from services.notifications.domain.model import Message
from services.notifications.domain.preference import Preference
from shared.database.unit_of_work import UnitOfWork
from shared.sms.outcome import Receipt


class Messages(Protocol):
    """The messages; a loaded message is locked until the end of the transaction."""

    async def add(self, message: Message) -> bool:
        """Stores a new message; False when this event had made it already."""
        ...

    async def get(self, message_id: UUID) -> Message:
        """The message. Raises NotFound."""
        ...

    async def get_many(self, message_ids: Sequence[UUID]) -> dict[UUID, Message]:
        """These messages, by their identifiers. Raises NotFound where one of them is missing."""
        ...

    async def find(self, message_id: UUID) -> Message | None:
        """The message if there is one."""
        ...

    async def of_receipt(self, receipt: Receipt) -> Message | None:
        """The SMS that a receipt names, by its provider's id or by ours, whatever became of it."""
        ...

    async def of_digest(self, digest_id: UUID) -> list[Message]:
        """The messages that wait for this digest, the oldest first."""
        ...

    async def last_of(self, dossier_id: UUID) -> Message | None:
        """The newest message about this person."""
        ...

    async def save(self, message: Message) -> None:
        """Stores one change. Raises RaceLost."""
        ...

    async def save_fates(self, messages: Sequence[Message]) -> None:
        """Stores what became of them, and their proofs: one change of each. Raises RaceLost."""
        ...


class Digests(Protocol):
    """The digests; a loaded digest is locked until the end of the transaction."""

    async def joined(self, digest: Digest) -> Digest | None:
        """The digest of this name, made if need be; none when it is closed: it takes no more."""
        ...

    async def close(self, digest_id: UUID, at: datetime) -> Digest | None:
        """Takes no message any more; none when there is no such digest."""
        ...


class TemplateVersions(Protocol):
    """Every template that ever wrote a message, as it was then."""

    async def keep(self, version: str, template: str, content: Mapping[str, Any], at: datetime) -> None:
        """Keeps a version; nothing when it is kept already."""
        ...

    async def content(self, version: str) -> Mapping[str, Any] | None:
        """What was kept."""
        ...


class Preferences(Protocol):
    """What persons do not want to receive."""

    async def of(self, dossier_id: UUID) -> Preference:
        """The person's; version 0 where they never said anything."""
        ...

    async def save(self, preference: Preference, seen: int) -> None:
        """Stores a change of the version seen. Raises RaceLost."""
        ...


@dataclass(frozen=True)
class Stores:
    """All of them, of one transaction."""

    messages: Messages
    digests: Digests
    versions: TemplateVersions
    preferences: Preferences
    remises: Remises
    directory: Directory
    sittings: Sittings


StoresOf = Callable[[UnitOfWork], Stores]


class Outgoing(Protocol):
    """Messages as they stand when they are about to leave, outside any command; nothing is locked."""

    async def message(self, message_id: UUID) -> Message:
        """The message. Raises NotFound."""
        ...


class Pacer(Protocol):
    """How fast a provider is asked, by all replicas together."""

    async def wait(self, provider: str) -> None:
        """Comes back when it may be asked once more."""
        ...


class Batches(Protocol):
    """Print batches and their letters; what is loaded is locked until the end of the transaction."""

    async def waiting(self, territory: str | None, limit: int) -> list[Message]:
        """Letters that are in no batch yet, the oldest first; of every territory where none is named."""
        ...

    async def add(self, batch: Batch) -> None:
        """Stores a new batch."""
        ...

    async def get(self, batch_id: UUID) -> Batch:
        """The batch. Raises NotFound."""
        ...

    async def letters(self, batch_id: UUID) -> list[Message]:
        """Its letters, in their order."""
        ...

    async def save(self, batch: Batch) -> None:
        """Stores one change. Raises RaceLost."""
        ...

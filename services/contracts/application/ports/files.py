"""What is kept of pièces jointes, where their bytes are, and what scans them."""

from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import IO, Protocol
from uuid import UUID

from services.contracts.domain.files.content import Examined
from services.contracts.domain.files.model import Attachment
from services.contracts.domain.files.requests import ScannedRequests
from shared.events.files import FileRef


@dataclass(frozen=True)
class FilesWanted:
    """Which files of a dossier: from the one after `after`, those that were deleted too, of these CERs alone."""

    dossier_id: UUID
    after: UUID | None
    limit: int
    removed: bool = False
    of_cers: frozenset[UUID] | None = None


class Attachments(Protocol):
    """The pièces jointes of one transaction."""

    async def get(self, attachment_id: UUID, *, locked: bool = False) -> Attachment:
        """The pièce, locked until the end of the transaction if asked for. Raises NotFound."""
        ...

    async def add(self, attachment: Attachment) -> None:
        """Stores one for the first time."""
        ...

    async def save(self, attachment: Attachment) -> None:
        """Stores one change. Raises RaceLost."""
        ...

    async def page(self, wanted: FilesWanted) -> list[Attachment]:
        """A page of a dossier's, oldest first."""
        ...

    async def count_live(self, dossier_id: UUID) -> int:
        """How many files a dossier has."""
        ...

    async def requests_of(self, dossier_id: UUID) -> ScannedRequests:
        """The diagnostics whose scanned request the dossier has."""
        ...

    async def kept(self, names: Collection[str]) -> set[str]:
        """Which of these files of the store belong to a pièce that has not lost its content."""
        ...


@dataclass(frozen=True)
class Received:
    """The bytes as they came, on a file that has no name."""

    file: IO[bytes]
    sha256: str


class Reception(Protocol):
    """Receives and examines files, so many at a time."""

    def receiving(self, chunks: AsyncIterator[bytes], announced: int | None) -> AbstractAsyncContextManager[Received]:
        """What comes, once it has all come. Raises UploadsBusy, FileTooLarge, UploadTooSlow."""
        ...

    def examining(self, received: Received, *, serial: bool = False) -> AbstractAsyncContextManager[Examined]:
        """What is kept of it, for as long as it is in hand; `serial` looks for that of a CER vierge, too.

        Raises FileRefused.
        """
        ...


class Stored(Protocol):
    """A file as the store lists it."""

    @property
    def name(self) -> str:
        """Under our prefix."""
        ...

    @property
    def stored_at(self) -> datetime:
        """By the store's own clock."""
        ...


class Vault(Protocol):
    """Where the bytes are. Each method raises ObjectsAway when it cannot be reached."""

    async def put(self, name: str, data: bytes) -> FileRef:
        """Stores the bytes under a name that was never used."""
        ...

    async def get(self, ref: FileRef) -> bytes:
        """The bytes, verified. Raises ObjectMissing, ObjectAltered."""
        ...

    async def delete(self, name: str) -> None:
        """Destroys the bytes; no error when they are not there."""
        ...

    def listed(self, folder: str) -> AsyncIterator[Sequence[Stored]]:
        """All that is there, some at a time."""
        ...


class Verdict(StrEnum):
    """What a virus scan finds."""

    CLEAN = "clean"
    INFECTED = "infected"


class ScanAway(Exception):  # noqa: N818 - it names what happened
    """The scan could not be made; `code` says why, and it is tried again."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class VirusScan(Protocol):
    """Looks for viruses."""

    async def scan(self, content: bytes) -> Verdict:
        """What is found. Raises ScanAway."""
        ...

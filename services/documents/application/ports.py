"""What the use cases ask of the outside."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from services.documents.domain.edition import Edition
from services.documents.domain.texts import Texts, Wording
from shared.events.files import FileRef


@dataclass(frozen=True)
class RenderedPdf:
    """A PDF, its number of pages, and the fingerprint of what it shows (printed in its footer)."""

    content: bytes
    pages: int
    fingerprint: str


class Renderer(Protocol):
    """Sets a sheet with the template of its kind."""

    async def render(self, template: str, data: Mapping[str, Any], *, batch: bool = False) -> RenderedPdf:
        """The same data give the same bytes. A `batch`, for which no agent waits, lets the others pass.

        Raises RenderRefused, RenderCrashed, RenderTimeout.
        """
        ...


class Files(Protocol):
    """The object store."""

    async def put(self, name: str, data: bytes) -> FileRef:
        """Stores under documents' prefix; never rewrites. Raises ObjectExists."""
        ...

    async def get(self, ref: FileRef) -> bytes:
        """The bytes, verified. Raises ObjectMissing, ObjectAltered."""
        ...


@dataclass(frozen=True)
class EditionRow:
    """An edition as it is read: nothing of its content."""

    id: UUID
    cer_id: UUID
    numero: int
    territory: str
    referent_id: str | None
    kind: str
    revision: int
    attempt: int | None
    submission: int | None
    made_at: datetime
    document: FileRef | None
    pages: int | None
    fingerprint: str | None
    failure: str | None


class Editions(Protocol):
    """The editions of one transaction."""

    async def add(self, edition: Edition) -> bool:
        """Stores what became of an order; False when that is known already."""
        ...

    async def get(self, edition_id: UUID) -> EditionRow:
        """Raises NotFound."""
        ...

    async def of_cer(self, cer_id: UUID) -> list[EditionRow]:
        """The editions of a CER, oldest first."""
        ...


class LegalTexts(Protocol):
    """The legal texts that contracts told, in one transaction."""

    async def add(self, key: str, wording: Wording) -> bool:
        """Keeps a version; False when it is known already: a version never changes."""
        ...

    async def known(self) -> Texts:
        """All versions, those shipped included."""
        ...

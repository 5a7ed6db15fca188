"""What the use cases ask of the outside."""

from collections.abc import AsyncIterable, AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from services.documents.domain.blank import BlankFile, Territory
from services.documents.domain.edition import Edition
from services.documents.domain.printing import Batch, BatchState, Item
from services.documents.domain.texts import Texts, Wording
from shared.events.files import FileRef
from shared.kernel.serial import Serial
from shared.objects.store import Listed


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

    async def delete(self, name: str) -> None:
        """Destroys what stands under this name, if anything. Raises ObjectsAway."""
        ...

    def listed(self, folder: str) -> AsyncIterator[list[Listed]]:
        """What stands in a folder under documents' prefix, some at a time. Raises ObjectsAway."""
        ...


class CannotMerge(Exception):  # noqa: N818 - named like the other refusals
    """One of the PDFs cannot be put with others, or all together are too much."""


class Merger(Protocol):
    """Puts PDFs into one."""

    async def merge(
        self,
        sources: AsyncIterable[bytes],
        outline: Sequence[tuple[str, int]] = (),
        *,
        name: str = "",
        even: bool = False,
    ) -> bytes:
        """One PDF, tagged as they are, with bookmarks (title, first page); `name` tells apart what they name alike.

        `even`: a blank page follows each of an odd number of pages. Raises CannotMerge, and what the sources raise.
        """
        ...


BatchPlace = tuple[datetime, UUID]
"""Where a page of print batches ends: when its last was ordered, and which it is."""


@dataclass(frozen=True)
class BatchRow:
    """A print batch as a list shows it: how many editions it has, and how many of them are lost."""

    id: UUID
    title: str
    recto_verso: bool
    made_at: datetime
    state: str
    pages: int | None
    size: int | None
    editions: int
    lost: int
    parts: int
    parts_done: int


class Batches(Protocol):
    """The print batches of one transaction."""

    async def page(
        self, agent: str, states: Collection[BatchState], before: BatchPlace | None, limit: int
    ) -> list[BatchRow]:
        """Those of an agent, newest first; in any state where none is named. `before`: the last of the page before."""
        ...

    async def add(self, batch: Batch, dossiers: Mapping[UUID, UUID]) -> None:
        """Stores a new one; `dossiers` says of whom each edition is."""
        ...

    async def get(self, batch_id: UUID) -> Batch:
        """Raises NotFound."""
        ...

    async def plan(self, batch_id: UUID, items: Sequence[Item], parts: int) -> None:
        """Writes where each goes."""
        ...

    async def part_done(self, batch_id: UUID, number: int, part: FileRef | None, lost: Mapping[UUID, str]) -> bool:
        """Writes a part, and what is not in it; True when it was the last of them."""
        ...

    async def parts(self, batch_id: UUID) -> list[FileRef]:
        """The parts that hold something, in order."""
        ...

    async def end(self, batch_id: UUID, document: FileRef | None, pages: int | None) -> None:
        """Ready with its PDF, or failed without one."""
        ...

    async def forget(self, batch_id: UUID) -> None:
        """Deletes it."""
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
    dossier_id: UUID
    recipient: str | None


class Editions(Protocol):
    """The editions of one transaction."""

    async def add(self, edition: Edition) -> bool:
        """Stores what became of an order; False when that is known already."""
        ...

    async def get(self, edition_id: UUID) -> EditionRow:
        """Raises NotFound."""
        ...

    async def some(self, edition_ids: Collection[UUID]) -> list[EditionRow]:
        """Those of these that exist, in no order."""
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


class Blanks(Protocol):
    """The territories of one transaction, and the CERs vierges that they keep."""

    async def know(self, territory: Territory) -> bool:
        """Keeps what contracts told of a territory; False when something later was told already."""
        ...

    async def open(self) -> list[tuple[Territory, BlankFile | None]]:
        """The territories that are not closed, and what each keeps."""
        ...

    async def of(self, code: str) -> tuple[Territory, BlankFile | None]:
        """An open territory, and what it keeps. Raises UnknownTerritory."""
        ...

    async def keep(self, made: BlankFile, serials: Sequence[Serial]) -> None:
        """Keeps a territory's file in place of the one before; fails when one of its serials exists already."""
        ...

    async def issue(self, serials: Sequence[Serial], territory: str) -> None:
        """Remembers that these serials stand on copies of this territory; fails when one exists already."""
        ...

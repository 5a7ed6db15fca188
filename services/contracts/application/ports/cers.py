"""What is kept of CERs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from services.contracts.domain.cers.model import Cer
from services.contracts.domain.cers.notices import Neighbour
from services.contracts.domain.cers.revisions import Revision
from services.contracts.domain.moves import Act, Move


@dataclass(frozen=True)
class Deleted:
    """The trace of a proposition: its number, nature and dates, who deleted it and when."""

    cer: Cer
    act: Act


@dataclass(frozen=True)
class ToRead:
    """A decided CER whose decision was not opened yet, and where it belongs."""

    cer: Cer
    territory: str
    referent_id: str | None


class Cers(Protocol):
    """The CERs of one transaction."""

    async def get(self, cer_id: UUID) -> Cer:
        """The CER. Raises NotFound."""
        ...

    async def add(self, cer: Cer) -> None:
        """Stores a CER for the first time, with its line of history. Raises RaceLost."""
        ...

    async def save(self, cer: Cer) -> None:
        """Stores one change, with its line of history. Raises RaceLost."""
        ...

    async def write_line(self, cer: Cer, line: Move) -> None:
        """Adds a line of history without a change of the CER."""
        ...

    async def of_dossier(self, dossier_id: UUID) -> list[Cer]:
        """The CERs of a dossier by number, deleted ones left out."""
        ...

    async def neighbours(self, dossier_id: UUID, besides: UUID | None) -> list[Neighbour]:
        """The other CERs of a dossier, deleted ones left out."""
        ...

    async def in_force_at(self, dossier_id: UUID, day: date, besides: UUID) -> list[Cer]:
        """The valid CERs of a dossier that this day falls in."""
        ...

    async def to_read(
        self, referents: Sequence[str] | None, after: tuple[datetime, UUID] | None, limit: int
    ) -> list[ToRead]:
        """Decided CERs whose decision was not opened yet, the first decided at the top, from after this place.

        Of these référents, or of all.
        """
        ...

    async def is_signing(self, dossier_id: UUID) -> bool:
        """Whether a signature is under way for a CER of this dossier."""
        ...

    async def among(self, cer_ids: Sequence[UUID]) -> Mapping[UUID, Cer]:
        """Those of the CERs that there are."""
        ...

    async def moved_otherwise(self, cer_ids: Sequence[UUID], verb: str) -> frozenset[UUID]:
        """Those of the CERs to which something else than this was done."""
        ...

    async def signing_among(self, dossier_ids: Sequence[UUID]) -> frozenset[UUID]:
        """Those of the dossiers that have a signature under way."""
        ...

    async def overdue(self, now: datetime, limit: int) -> list[UUID]:
        """CERs whose signature attempt passed its deadline."""
        ...

    async def history(self, cer_id: UUID) -> list[Move]:
        """The lines of history, oldest first."""
        ...

    async def authors(self, cer_ids: Sequence[UUID]) -> Mapping[UUID, tuple[str, ...]]:
        """For each of the CERs, the agents who wrote in it, by their ids."""
        ...

    async def deleted_of(self, dossier_id: UUID) -> list[Deleted]:
        """What is left of the deleted propositions of a dossier, the last deleted first."""
        ...

    async def revisions(self, cer_id: UUID) -> list[Revision]:
        """What each change touched, oldest first; nothing of a deleted proposition."""
        ...

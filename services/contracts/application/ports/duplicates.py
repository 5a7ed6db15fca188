"""What is kept of dossiers that may be one person."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from services.contracts.domain.dossiers.duplicates import Duplicate, DuplicateState, Traits
from services.contracts.domain.dossiers.model import Dossier
from services.contracts.domain.moves import Act


@dataclass(frozen=True)
class Holding:
    """How much hangs on a dossier: counts only, nothing of what it says."""

    cers: int
    files: int


class Duplicates(Protocol):
    """The proposals of one transaction, and what a merge moves."""

    async def near(self, after: UUID | None, limit: int) -> tuple[list[tuple[Traits, Traits]], UUID | None]:
        """Pairs to be compared for the `limit` dossiers after one, and the last of these; none at the end."""
        ...

    async def propose(self, found: Sequence[Duplicate]) -> int:
        """Keeps those that are not known yet; says how many."""
        ...

    async def get(self, duplicate_id: UUID) -> Duplicate:
        """One of them. Raises NotFound."""
        ...

    async def save(self, duplicate: Duplicate) -> None:
        """Stores a change. Raises RaceLost."""
        ...

    async def page(self, state: DuplicateState, after: UUID | None, limit: int) -> list[Duplicate]:
        """By likeness, from the one after `after`. Raises Invalid when there is no such one."""
        ...

    async def holdings(self, dossier_ids: Sequence[UUID]) -> dict[UUID, Holding]:
        """What hangs on these dossiers."""
        ...

    async def has_study(self, dossier_id: UUID) -> bool:
        """Whether a CER of the dossier is being studied."""
        ...

    async def hand_over(self, absorbed: Dossier, survivor: Dossier, act: Act) -> None:
        """CERs, files, matchings and earlier merges of one dossier become the other's, its proposals and NIR too."""
        ...

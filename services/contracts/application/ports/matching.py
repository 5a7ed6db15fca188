"""What is kept of persons to be told apart by hand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from services.contracts.domain.dossiers.matching import Matching, MatchingState


@dataclass(frozen=True)
class MatchingFilter:
    """Which are asked for; none of `territories` means all, an empty set nothing."""

    state: MatchingState = MatchingState.OPEN
    territories: frozenset[str] | None = None


class Matchings(Protocol):
    """The persons to be told apart, of one transaction."""

    async def get(self, matching_id: UUID) -> Matching:
        """One of them. Raises NotFound."""
        ...

    async def find(self, matching_ids: Sequence[UUID]) -> dict[UUID, Matching]:
        """Those that are kept."""
        ...

    async def save(self, matching: Matching) -> None:
        """Stores one, for the first time or changed. Raises RaceLost."""
        ...

    async def unseen(self, since: datetime) -> int:
        """How many no file has named, and nobody has resolved, since then."""
        ...

    async def forget_unseen(self, since: datetime) -> int:
        """Deletes these, whatever was decided; says how many."""
        ...

    async def page(self, wanted: MatchingFilter, after: UUID | None, limit: int) -> list[Matching]:
        """In the order of their first sight, from the one after `after`. Raises Invalid when there is no such one."""
        ...

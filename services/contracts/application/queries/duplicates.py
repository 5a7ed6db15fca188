"""Dossiers that may be one person, side by side: who they are and how much hangs on them, nothing of what it says."""

from dataclasses import dataclass
from uuid import UUID

from services.contracts.application.ports import Stores
from services.contracts.application.ports.duplicates import Holding
from services.contracts.domain.dossiers.duplicates import Duplicate, DuplicateState
from services.contracts.domain.dossiers.model import Dossier


@dataclass(frozen=True)
class Side:
    """One of the two."""

    dossier: Dossier
    holding: Holding


@dataclass(frozen=True)
class SideBySide:
    """A proposal with both dossiers."""

    duplicate: Duplicate
    sides: tuple[Side, ...]


async def duplicates(stores: Stores, state: DuplicateState, after: UUID | None, limit: int) -> list[SideBySide]:
    """A page of proposals, the likeliest first. Raises Invalid."""
    found = await stores.duplicates.page(state, after, limit)
    ids = [one for pair in found for one in (pair.one, pair.other)]
    held = await stores.duplicates.holdings(ids)
    known = {one.id: one for one in await stores.dossiers.some(ids)}
    return [SideBySide(pair, tuple(Side(known[one], held[one]) for one in (pair.one, pair.other))) for pair in found]

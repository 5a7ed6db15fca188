"""What is kept of dossiers, and what numbers they hold."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from services.contracts.domain.dossiers.contact import Telephone
from services.contracts.domain.dossiers.history import Change
from services.contracts.domain.dossiers.household import Household, PersonKey
from services.contracts.domain.dossiers.model import Dossier
from services.contracts.domain.dossiers.nir import NirHash
from shared.security.principal import Principal


@dataclass(frozen=True)
class Filter:
    """Which dossiers are asked for; none of a criterion means all.

    `matricule` is as people write it: the zeros around it only count when one is kept exactly so. `number` may be a
    matricule, alone or behind the number of its organisme, or the telephone given in E.164 beside. `seen_by` limits
    the dossiers to those of this agent's territory, or that they accompany.
    """

    matricule: str | None = None
    name_prefix: str | None = None
    birth: date | None = None
    organisme: str | None = None
    territory: str | None = None
    referent: str | None = None
    number: str | None = None
    telephone: str | None = None
    seen_by: Principal | None = None


@dataclass(frozen=True)
class Choice:
    """Words of which one has to stand in a person's names: as the beginning of a word, or as a whole one."""

    begun: tuple[str, ...] = ()
    whole: tuple[str, ...] = ()


@dataclass(frozen=True)
class Named:
    """As much of a dossier as ranks it: the words of its names; its numbers, when one is asked for."""

    dossier_id: UUID
    words: Sequence[str]
    numbers: frozenset[str] = frozenset()


# Raises when the agent may not do this with the dossier.
Judge = Callable[[Dossier], None]


class Dossiers(Protocol):
    """The dossiers of one transaction."""

    async def get(
        self, dossier_id: UUID, *, locked: bool = False, archived: bool = False, judged: Judge | None = None
    ) -> Dossier:
        """The dossier, locked until the end of the transaction if asked for.

        Raises NotFound, DossierIsMerged, and InArchive for one that left the active base, unless `archived` ones are
        wanted too; first of all what `judged` raises: whoever may not know of the dossier learns nothing of its state.
        """
        ...

    async def some(self, dossier_ids: Sequence[UUID]) -> list[Dossier]:
        """Those of these dossiers that are kept, merged ones too."""
        ...

    async def add(self, dossiers: Sequence[Dossier]) -> None:
        """Stores dossiers for the first time, and their households where they are new."""
        ...

    async def save(self, dossier: Dossier) -> None:
        """Stores one change. Raises RaceLost."""
        ...

    async def seen(self, dossier_ids: Iterable[UUID], at: datetime) -> None:
        """A file names these persons at this moment, and says nothing new: kept to the month, as no new version."""
        ...

    async def of_households(self, households: Sequence[Household]) -> Mapping[Household, list[Dossier]]:
        """The dossiers known of these households, merged ones too."""
        ...

    async def recall_corrections(self, dossiers: Sequence[Dossier]) -> None:
        """Fills in what agents corrected in them, and what was known before."""
        ...

    async def of_matricules(self, matricules: Sequence[str]) -> Mapping[str, list[Dossier]]:
        """The dossiers known under these matricules, merged ones too, whatever the organisme."""
        ...

    async def absorbing(self, dossier_ids: Iterable[UUID]) -> set[UUID]:
        """Those of these dossiers into which another was merged."""
        ...

    async def made_by_hand(self, keys: Iterable[PersonKey]) -> dict[PersonKey, list[UUID]]:
        """The dossiers without a matricule of persons of these names and birth dates, the oldest first."""
        ...

    async def of_nirs(self, hashes: Sequence[NirHash]) -> dict[NirHash, list[UUID]]:
        """The dossiers that have these NIRs, merged ones left out."""
        ...

    async def keep_nirs(self, hashes: Mapping[UUID, NirHash]) -> None:
        """Remembers by what NIR each of these dossiers is known. Not a change that is told: it has no version."""
        ...

    async def history(self, dossier_id: UUID, after: int, limit: int) -> list[tuple[int, Change]]:
        """The changes of a dossier with their places, newest first, from the one before the place `after`."""
        ...

    async def page(self, wanted: Filter, after: UUID | None, limit: int) -> list[Dossier]:
        """Dossiers by name, from the one after `after`. Raises Invalid when there is no such dossier."""
        ...

    async def first_named(self, wanted: Filter, limit: int) -> list[Named]:
        """The head of the list by name. Raises Invalid."""
        ...

    async def with_words(self, choices: Sequence[Choice], wanted: Filter, limit: int) -> list[Named]:
        """Dossiers whose names have a word of each choice, by name; at most `limit` of the first thousands met."""
        ...

    async def spelt_like(self, word: str) -> list[str]:
        """Words of kept names that are spelt nearly so."""
        ...

    async def is_shared(self, number: str, besides: UUID) -> bool:
        """Whether the number stands in another dossier too."""
        ...


class Telephones(Protocol):
    """Knows the numbering plans."""

    def read(self, text: str | None) -> Telephone | None:
        """A number as entered; none when empty. Raises Invalid."""
        ...

    def shown(self, telephone: Telephone) -> str:
        """The number as it is read in France: `06 39 98 00 01`."""
        ...

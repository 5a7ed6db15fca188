"""The lists of CERs that agents work through."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from services.contracts.domain.cers.draft import Nature
from services.contracts.domain.cers.signing import SigningState
from services.contracts.domain.cers.states import State
from services.contracts.domain.cers.worklist import Sort
from shared.security.principal import Principal


@dataclass(frozen=True)
class CerFilter:
    """Which CERs are asked for; none of a criterion means all.

    `seen_by` limits them to those of this agent's territory, or of dossiers that they accompany. `ending_from` is
    included, `ending_before` is not.
    """

    states: tuple[State, ...] = ()
    territory: str | None = None
    referent: str | None = None
    priority: str | None = None
    signing: SigningState | None = None
    nature: Nature | None = None
    ending_from: date | None = None
    ending_before: date | None = None
    without_end: bool = False
    returned: bool = False
    dernier_contrat: bool | None = None
    seen_by: Principal | None = None


@dataclass(frozen=True)
class ByPriority:
    """A place in the order of priority: the CER that has these."""

    priority_rank: int
    since: datetime
    id: UUID


@dataclass(frozen=True)
class ByDateFin:
    """A place in the order of end dates; those without one come last, at `NO_END`."""

    fin_key: date
    id: UUID


Place = ByPriority | ByDateFin
# After any date that can be entered; the last date of all would travel as 'infinity'.
NO_END = date(9999, 1, 1)


@dataclass(frozen=True)
class Page:
    """A page in this order, from the CER after `after`, which is a place in the same order."""

    sort: Sort
    after: Place | None
    limit: int


@dataclass(frozen=True)
class CerRow:
    """A CER in a worklist: no text of it, and who it is about."""

    id: UUID
    dossier_id: UUID
    version: int
    numero: int
    nature: str
    state: str
    date_signature: date | None
    date_debut: date | None
    date_fin: date | None
    dernier_contrat: bool
    priority: str | None
    accord: str
    signing: str
    attempt: int
    signing_deadline: datetime | None
    signing_ending: str | None
    submission: int
    submitted_at: datetime | None
    decided_at: datetime | None
    territory: str
    referent_id: str | None
    priority_rank: int
    since: datetime
    fin_key: date
    nom_naissance: str
    nom_usage: str | None
    prenoms: list[str]
    organisme: str
    matricule: str

    def place(self, sort: Sort) -> Place:
        """Where this CER stands in the order."""
        if sort is Sort.PRIORITY:
            return ByPriority(self.priority_rank, self.since, self.id)
        return ByDateFin(self.fin_key, self.id)


class Worklists(Protocol):
    """The lists of one transaction."""

    async def page(self, wanted: CerFilter, page: Page) -> list[CerRow]:
        """CERs in the page's order."""
        ...

    async def counts(self, wanted: CerFilter, most: int) -> Mapping[State, int]:
        """How many CERs stand in each state asked for, counted up to `most`."""
        ...

    async def follow_ranks(self, limit: int) -> int:
        """Gives CERs whose priorité has another rank by now this rank, so many of a rank at most; says to how many."""
        ...

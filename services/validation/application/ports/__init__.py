"""What the use cases ask of the outside."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from services.validation.application.ports.sessions import Sessions
from services.validation.domain.ageing import Ageing
from services.validation.domain.lists import KeptList, ListName
from services.validation.domain.model import Study
from services.validation.domain.states import State
from shared.database.unit_of_work import UnitOfWork


class Studies(Protocol):
    """The studies of one transaction; a loaded study is locked until its end.

    `sessions`: those of the same transaction. The one that has a study on its agenda is locked before it.
    """

    @property
    def sessions(self) -> Sessions:
        """The commission sessions."""
        ...

    async def of_cer(self, cer_id: UUID) -> Study | None:
        """The study of a CER, if it was ever submitted."""
        ...

    async def get(self, study_id: UUID) -> Study:
        """The study. Raises NotFound."""
        ...

    async def among(self, study_ids: Sequence[UUID]) -> Mapping[UUID, Study]:
        """Those of the studies that there are, locked in the order of their ids."""
        ...

    async def add(self, opened: Study) -> None:
        """Stores a study for the first time."""
        ...

    async def save(self, changed: Study) -> None:
        """Stores the moves made since it was loaded. Raises RaceLost."""
        ...

    async def rebuild(self, followed: Study) -> bool:
        """Stores the study as contracts followed it; False when the one that is here is as new."""
        ...


StudiesOf = Callable[[UnitOfWork], Studies]


class Lists(Protocol):
    """The lists of contracts that studies follow, in one transaction."""

    async def get(self, name: ListName) -> KeptList:
        """A list as it was told last; without entries when nothing is known of it."""
        ...

    async def keep(self, told: KeptList) -> bool:
        """Keeps a list; False when the one that is here is as new."""
        ...

    async def rank(self, priorities: KeptList) -> None:
        """Gives the studies that wait the ranks of this list."""
        ...

    async def keep_territory(self, code: str, version: int) -> bool:
        """Keeps that there is such a territory, open or closed; False when that is known as well."""
        ...

    async def territories(self, among: Sequence[str]) -> frozenset[str]:
        """The territories that contracts told, and those of these codes that a study has."""
        ...


ListsOf = Callable[[UnitOfWork], Lists]


@dataclass(frozen=True)
class Place:
    """A study's place in the worklist: what the next page starts after."""

    accord_rank: int
    priority_rank: int
    submitted_at: datetime
    id: UUID


@dataclass(frozen=True)
class Filter:
    """Which studies are asked for; none of a criterion means all.

    `in_charge`: of this agent; `NOBODY`: of none. `late`: those that are, or those that are not, at its instant.
    """

    states: tuple[State, ...] = ()
    territory: str | None = None
    accord: str | None = None
    referent_id: str | None = None
    request: str | None = None
    cer_id: UUID | None = None
    priority: str | None = None
    commission_kind: str | None = None
    in_charge: str | None = None
    late: tuple[Ageing, bool] | None = None


NOBODY = ""


@dataclass(frozen=True)
class Counts:
    """How many studies a filter keeps, of each criterion by its value; `in_charge` of `NOBODY`: of no agent."""

    total: int
    late: int
    by: Mapping[str, Mapping[str, int]]


@dataclass(frozen=True)
class StudyRow:
    """A study as it is read; `identity`, `referent` and `in_charge` are sealed tokens."""

    id: UUID
    cer_id: UUID
    dossier_id: UUID
    numero: int
    nature: str
    state: str
    since: datetime
    version: int
    submission: int
    submitted_at: datetime
    revision: int
    territory: str
    referent_id: str
    priority: str
    requests: list[str]
    accord: str
    date_debut: date
    date_demandee: date | None
    date_fin: date | None
    identity: str
    referent: str
    commission_kind: str | None
    opinion: str | None
    accord_rank: int
    priority_rank: int
    in_charge: str | None
    in_charge_since: datetime | None

    @property
    def place(self) -> Place:
        """Where it stands in the worklist."""
        return Place(self.accord_rank, self.priority_rank, self.submitted_at, self.id)


@dataclass(frozen=True)
class DecisionRow:
    """A decision as it is read; `decider` is a sealed token, and its words are in no clear column."""

    submission: int
    outcome: str
    path: str
    decided_at: datetime
    decided_by: str
    date_debut: date | None
    motive_codes: list[str]
    delegation_id: UUID | None
    delegated_by: str | None
    decider: str


@dataclass(frozen=True)
class MoveRow:
    """A line of a study's history."""

    version: int
    submission: int
    verb: str
    source: str | None
    target: str
    actor: str
    at: datetime
    detail: str


@dataclass(frozen=True)
class SittingRow:
    """A session that has, or had, a study on its agenda. `ending`: none while it stands there; `at` is UTC."""

    session_id: UUID
    kind: str
    label: str
    at: datetime
    place: str
    state: str
    opinion: str | None
    ending: str | None
    postponed_to: UUID | None


class Reading(Protocol):
    """Reads outside any command."""

    async def page(self, wanted: Filter, after: Place | None, limit: int) -> list[StudyRow]:
        """Studies in the worklist's order."""
        ...

    async def counts(self, wanted: Filter, ageing: Ageing) -> Counts:
        """How many studies the filter keeps, by each criterion."""
        ...

    async def study(self, study_id: UUID) -> StudyRow:
        """One study. Raises NotFound."""
        ...

    async def decision(self, study_id: UUID) -> DecisionRow | None:
        """Its decision, if it was made."""
        ...

    async def history(self, study_id: UUID) -> list[MoveRow]:
        """Its moves, oldest first."""
        ...

    async def sittings(self, study_id: UUID) -> list[SittingRow]:
        """The sessions that have, or had, it on their agenda, by date."""
        ...

"""What agents ask of the lists of CERs."""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field, TypeAdapter

from services.contracts.application.ports import CerFilter
from services.contracts.application.ports.worklists import ByDateFin, ByPriority, CerRow, Place
from services.contracts.domain.cers.draft import Code, Day, Nature
from services.contracts.domain.cers.signing import SigningState
from services.contracts.domain.cers.states import State
from services.contracts.domain.cers.worklist import NOT_CHOSEN, Sort
from services.contracts.entrypoints.http.bodies import Body, Line
from shared.http.cursors import cursor_of, place_of

Listed = Literal[
    State.PROPOSITION,
    State.SOUMIS_A_ETUDE,
    State.ETUDE_EN_COMMISSION,
    State.ATTENTE_DECISION,
    State.VALIDE,
    State.NON_VALIDE,
]
Cursor = Annotated[str, Field(min_length=1, max_length=400, description="The `next` of the page before")]

_FORMS: dict[Sort, TypeAdapter[Any]] = {
    Sort.PRIORITY: TypeAdapter(tuple[Annotated[int, Field(ge=0, le=NOT_CHOSEN)], AwareDatetime, UUID]),
    Sort.DATE_FIN: TypeAdapter(tuple[date, UUID]),
}


class WorkFilter(Body):
    """Which CERs are asked for, among those that the agent sees; deleted ones are in no list."""

    state: list[Listed] = Field(default_factory=list, description="Several can be asked for; without any, all")
    territory: Line | None = None
    referent: Line | None = Field(default=None, description="CERs of the dossiers that this agent accompanies")
    priority: Code | None = Field(default=None, description="A code of the list of priorités")
    signing: SigningState | None = Field(default=None, description="Where the signature by SMS stands")
    nature: Nature | None = None
    ending_from: Day | None = Field(default=None, description="Ending on this day or later")
    ending_before: Day | None = Field(default=None, description="Ending before this day; of the valid ones: échus")
    without_end: bool = Field(default=False, description="Only those without a date de fin")
    returned: bool = Field(default=False, description="Only those submitted once; with `proposition`: returned to me")
    dernier_contrat: bool | None = Field(default=None, description="Whether renewal alerts are stopped")

    def filter(self) -> CerFilter:
        """As the queries take it."""
        return CerFilter(
            states=tuple(self.state),
            territory=self.territory,
            referent=self.referent,
            priority=self.priority,
            signing=self.signing,
            nature=self.nature,
            ending_from=self.ending_from,
            ending_before=self.ending_before,
            without_end=self.without_end,
            returned=self.returned,
            dernier_contrat=self.dernier_contrat,
        )


class WorkQuery(WorkFilter):
    """A page of a list."""

    sort: Sort = Field(
        default=Sort.PRIORITY,
        description="`priority`: most pressing first, then who waits the longest. `date_fin`: ending soonest first",
    )
    after: Cursor | None = None
    limit: int = Field(default=50, ge=1, le=200)

    def place(self) -> Place | None:
        """Where the page begins. Raises Invalid."""
        if self.after is None:
            return None
        values = place_of(_FORMS[self.sort], self.after)
        return ByPriority(*values) if self.sort is Sort.PRIORITY else ByDateFin(*values)

    def cursor(self, last: CerRow) -> str:
        """The `after` of the page that follows this CER."""
        place = last.place(self.sort)
        if isinstance(place, ByPriority):
            return cursor_of((place.priority_rank, place.since, place.id))
        return cursor_of((place.fin_key, place.id))

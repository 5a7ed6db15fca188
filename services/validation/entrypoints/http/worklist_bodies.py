"""What agents ask of the worklist, and what it answers."""

from collections.abc import Mapping
from dataclasses import astuple
from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field, TypeAdapter

from services.validation.application.ports import NOBODY, Counts, Filter, Place
from services.validation.application.queries import Page, StudyLine
from services.validation.domain.ageing import Ageing
from services.validation.domain.charge import Charge
from services.validation.domain.states import UNDER_STUDY, State
from services.validation.entrypoints.http.bodies import Body, Code
from shared.http.cursors import cursor_of, place_of

_Rank = Annotated[int, Field(ge=0, le=2**31 - 1)]
_FORM = TypeAdapter(tuple[_Rank, _Rank, AwareDatetime, UUID])


class StudiesQuery(Body):
    """Which studies are asked for; without `state` nor `cer_id`, all that are under study."""

    state: list[State] = Field(default_factory=list)
    territory: Code | None = None
    accord: Code | None = None
    referent_id: Code | None = None
    demande: Code | None = Field(default=None, description="A request code of the référent: `rappel`, `ep`…")
    cer_id: UUID | None = Field(default=None, description="The study of this CER, whatever its state")
    priority: Code | None = None
    commission_kind: Code | None = None
    in_charge: Code | None = Field(default=None, description="In charge of this agent")
    unassigned: bool = Field(default=False, description="In charge of nobody")
    late: bool | None = Field(default=None, description="Late in their state, or not")

    def filter(self, ageing: Ageing) -> Filter:
        """As the queries take it."""
        return Filter(
            states=tuple(self.state or ([] if self.cer_id else sorted(UNDER_STUDY))),
            territory=self.territory,
            accord=self.accord,
            referent_id=self.referent_id,
            request=self.demande,
            cer_id=self.cer_id,
            priority=self.priority,
            commission_kind=self.commission_kind,
            in_charge=NOBODY if self.unassigned else self.in_charge,
            late=None if self.late is None else (ageing, self.late),
        )


class WorklistQuery(StudiesQuery):
    """A page of these studies."""

    cursor: str | None = Field(default=None, min_length=1, max_length=400, description="The `next` of the page before")
    limit: int = Field(default=50, ge=1, le=200)

    def place(self) -> Place | None:
        """Where the page begins. Raises Invalid."""
        return Place(*place_of(_FORM, self.cursor, "cursor")) if self.cursor is not None else None


class Worklist(BaseModel):
    """A page; `next` is the cursor of the following one."""

    studies: list[StudyLine]
    next: str | None

    @classmethod
    def of(cls, page: Page) -> Self:
        """The answer for a page that was read."""
        return cls(studies=page.studies, next=cursor_of(astuple(page.following)) if page.following else None)


class WorklistCounts(BaseModel):
    """How many studies there are, and of each criterion how many by its value; `unassigned`: in charge of nobody."""

    total: int
    late: int
    unassigned: int
    by_state: Mapping[str, int]
    by_territory: Mapping[str, int]
    by_referent: Mapping[str, int]
    by_demande: Mapping[str, int]
    by_accord: Mapping[str, int]
    by_priority: Mapping[str, int]
    by_commission_kind: Mapping[str, int]
    by_in_charge: Mapping[str, int]

    @classmethod
    def of(cls, counts: Counts) -> Self:
        """The answer for counts that were read."""
        by = counts.by
        return cls(
            total=counts.total,
            late=counts.late,
            unassigned=by["in_charge"].get(NOBODY, 0),
            by_state=by["state"],
            by_territory=by["territory"],
            by_referent=by["referent"],
            by_demande=by["request"],
            by_accord=by["accord"],
            by_priority=by["priority"],
            by_commission_kind=by["commission_kind"],
            by_in_charge={agent: studies for agent, studies in by["in_charge"].items() if agent != NOBODY},
        )


class ChargeAnswer(BaseModel):
    """Who has the study in charge since when; nobody once it is released."""

    study_id: UUID
    in_charge: str | None
    since: datetime | None

    @classmethod
    def of(cls, study_id: UUID, charge: Charge | None) -> Self:
        """The answer after a study was taken or released."""
        return cls(
            study_id=study_id,
            in_charge=charge.agent_id if charge else None,
            since=charge.since if charge else None,
        )

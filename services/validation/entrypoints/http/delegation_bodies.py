"""What is sent to give a delegation, and what is seen of those that were given."""

from datetime import date, datetime
from typing import Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from services.validation.application.commands.delegations import Giver
from services.validation.domain.delegations.model import Delegation, Scope
from services.validation.entrypoints.http.bodies import Body, Code
from shared.http.cursors import place_of

_Place = tuple[date, UUID]
_FORM: TypeAdapter[_Place] = TypeAdapter(_Place)


class DelegationIn(Body):
    """To whom, from when to when, for which CERs: of these territories and natures, all where none is named."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"delegate_id": "agent-tanargue", "first_day": "2099-07-01", "last_day": "2099-07-31"}]
        }
    )

    delegate_id: Code
    delegator_id: Code | None = Field(default=None, description="Whose place is taken; oneself if none is named")
    first_day: date
    last_day: date
    territories: list[Code] = Field(default_factory=list, max_length=200)
    natures: list[Code] = Field(default_factory=list, max_length=20)

    def wanted(self, delegation_id: UUID, giver: Giver) -> Delegation:
        """As the command takes it."""
        return Delegation(
            id=delegation_id,
            delegator_id=self.delegator_id or giver.agent_id,
            delegate_id=self.delegate_id,
            first_day=self.first_day,
            last_day=self.last_day,
            scope=Scope(tuple(self.territories), tuple(self.natures)),
            made_by=giver.agent_id,
            made_at=giver.at,
        )


class DelegationsQuery(Body):
    """Which are asked for, the one that begins last first."""

    in_force: bool = Field(default=False, description="Today's alone")
    cursor: str | None = Field(default=None, min_length=1, max_length=400, description="The `next` of the page before")
    limit: int = Field(default=50, ge=1, le=200)

    def place(self) -> _Place | None:
        """Where the page begins. Raises Invalid."""
        return place_of(_FORM, self.cursor, "cursor") if self.cursor is not None else None


class DelegationView(BaseModel):
    """A delegation; `ended_at`: it was ended before its last day (UTC)."""

    id: UUID
    delegator_id: str
    delegate_id: str
    first_day: date
    last_day: date
    territories: list[str]
    natures: list[str]
    made_by: str
    made_at: datetime
    ended_by: str | None
    ended_at: datetime | None
    in_force: bool

    @classmethod
    def of(cls, one: Delegation, today: date) -> Self:
        """The view of a delegation on a legal date."""
        return cls(
            id=one.id,
            delegator_id=one.delegator_id,
            delegate_id=one.delegate_id,
            first_day=one.first_day,
            last_day=one.last_day,
            territories=list(one.scope.territories),
            natures=list(one.scope.natures),
            made_by=one.made_by,
            made_at=one.made_at,
            ended_by=one.ending.by if one.ending else None,
            ended_at=one.ending.at if one.ending else None,
            in_force=one.in_force(today),
        )


class DelegationsPage(BaseModel):
    """A page; `next` is the cursor of the following one."""

    delegations: list[DelegationView]
    next: str | None

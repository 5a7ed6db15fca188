"""What agents ask and send of tasks."""

from datetime import timedelta
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, ConfigDict, Field, TypeAdapter

from services.contracts.application.commands.tasks import Done
from services.contracts.application.ports.tasks import TaskFilter
from services.contracts.domain.cers.draft import Day
from services.contracts.domain.tasks.model import Outcome
from services.contracts.entrypoints.http.bodies import Body, Line
from shared.http.cursors import place_of
from shared.kernel.clock import Clock

Cursor = Annotated[str, Field(min_length=1, max_length=400, description="The `next` of the page before")]
Place = tuple[AwareDatetime, UUID]
_FORM: TypeAdapter[Place] = TypeAdapter(Place)


class PageQuery(Body):
    """A page of a list, in the order of time."""

    after: Cursor | None = None
    limit: int = Field(default=50, ge=1, le=200)

    def place(self) -> Place | None:
        """Where the page begins. Raises Invalid."""
        return None if self.after is None else place_of(_FORM, self.after)


class TasksQuery(PageQuery):
    """Which tasks are asked for, the one that waits the longest first."""

    state: Literal["open", "closed"] = "open"
    territory: Line | None = None
    older_than_days: int | None = Field(default=None, ge=0, le=3_650, description="Opened so many days ago or more")

    def filter(self, clock: Clock) -> TaskFilter:
        """As the queries take it."""
        before = None if self.older_than_days is None else clock.now() - timedelta(days=self.older_than_days)
        return TaskFilter(self.state == "closed", self.territory, before)


class ClosingIn(Body):
    """The day of the call and how it ended."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"closed_on": "2026-03-16", "outcome": "joint"}]})

    closed_on: Day
    outcome: Literal[Outcome.JOINT, Outcome.INJOIGNABLE, Outcome.SANS_OBJET]

    def done(self) -> Done:
        """As the command takes it."""
        return Done(self.closed_on, self.outcome)

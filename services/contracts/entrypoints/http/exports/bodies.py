"""What agents ask of exports."""

from uuid import UUID

from pydantic import Field, TypeAdapter

from services.contracts.domain.cers.draft import Day
from services.contracts.domain.exports.rules import BackwardPeriod
from services.contracts.domain.exports.selection import DateKind, Selection
from services.contracts.entrypoints.http.bodies import Body, Line
from services.contracts.entrypoints.http.worklists.bodies import Cursor, Listed
from shared.http.cursors import cursor_of, place_of
from shared.kernel.errors import FieldProblem

_FORM = TypeAdapter(tuple[UUID])


class ExportQuery(Body):
    """What is exported. Of dossiers, the state and the dates are those of their last CER."""

    territory: Line | None = None
    state: list[Listed] = Field(default_factory=list, description="Several can be asked for; without any, all")
    date: DateKind = Field(default=DateKind.SIGNATURE, description="The date that `from` and `to` are about")
    first: Day | None = Field(default=None, alias="from", description="First day of the period")
    last: Day | None = Field(default=None, alias="to", description="Last day of the period")

    def selection(self) -> Selection:
        """As the queries take it. Raises BackwardPeriod."""
        if self.first is not None and self.last is not None and self.last < self.first:
            raise BackwardPeriod(
                "La période se termine avant de commencer : inversez les dates.",
                [FieldProblem("to", "before-from", "La fin de la période précède son début.")],
            )
        territories = (self.territory,) if self.territory is not None else ()
        return Selection(territories, tuple(self.state), self.date, self.first, self.last)


class ExportPageQuery(ExportQuery):
    """A page of an export by API."""

    after: Cursor | None = None
    limit: int = Field(default=200, ge=1, le=1_000, description="How many dossiers or CERs the page looks at")

    def place(self) -> UUID | None:
        """Where the page begins. Raises Invalid."""
        return place_of(_FORM, self.after)[0] if self.after is not None else None


def cursor(following: UUID | None) -> str | None:
    """The `after` of the page that follows."""
    return cursor_of((following,)) if following is not None else None

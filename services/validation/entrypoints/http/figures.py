"""Figures for the chef de service, as JSON and as CSV."""

from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, Field

from services.validation.adapters.figures import SqlFigures
from services.validation.adapters.figures_csv import MEDIA_TYPE, csv_of
from services.validation.domain.figures import Period, period
from services.validation.domain.rights import RIGHTS
from services.validation.entrypoints.http.bodies import Body, Code
from services.validation.entrypoints.http.seen import ageing_of
from shared.events.blocks import AgentCard
from shared.http.rights import allowed
from shared.kernel.clock import legal_date

router = APIRouter(tags=["figures"])

_FILE: dict[int | str, dict[str, Any]] = {200: {"content": {"text/csv": {"schema": {"type": "string"}}}}}
Reader = Depends(allowed(RIGHTS, "read-figures"))
Head = Depends(allowed(RIGHTS, "read-agent-figures"))


class FiguresQuery(Body):
    """The period, the last year if none is given, and the territory, all if none is given."""

    first: date | None = Field(default=None, alias="from", description="First day")
    last: date | None = Field(default=None, alias="to", description="Last day")
    territory: Code | None = None

    def period(self, request: Request) -> Period:
        """As the queries take it. Raises PeriodIncoherent."""
        return period(self.first, self.last, legal_date(request.app.state.clock.now()))


class FiguresFileQuery(FiguresQuery):
    """The same, and which of the tables the file holds."""

    table: Literal["delays", "stock", "decisions"]


class DelayView(BaseModel):
    """How long studies stayed in a state that they left in the period; `decision`: from submission to decision."""

    state: str
    studies: int
    median_days: float
    p90_days: float


class StockView(BaseModel):
    """How many studies are in a state now, and since when the oldest is (UTC)."""

    state: str
    territory: str
    studies: int
    late: int
    oldest: datetime


class DecidedView(BaseModel):
    """How many decisions of a month, by territory, path, kind of commission and outcome."""

    month: str
    territory: str
    path: str
    commission_kind: str | None
    by_delegation: bool
    outcome: str
    decisions: int


class FiguresView(BaseModel):
    """Delays and decisions of the period, and what is under study now. Nobody is named."""

    first: date
    last: date
    delays: list[DelayView]
    stock: list[StockView]
    decisions: list[DecidedView]


class AgentLine(BaseModel):
    """What an agent decided in the period, and has in charge now."""

    agent: AgentCard
    valide: int
    non_valide: int
    by_delegation: int
    in_charge: int


class AgentsView(BaseModel):
    """By agent: for the chef de service alone."""

    first: date
    last: date
    agents: list[AgentLine]


@router.get("/figures", dependencies=[Reader])
async def read_figures(request: Request, query: Annotated[FiguresQuery, Query()]) -> FiguresView:
    """Delays by state (median, 90th percentile), stock, decisions by month, territory, path and kind."""
    asked = query.period(request)
    async with request.app.state.database.read() as session:
        figures = SqlFigures(session)
        found: dict[str, list[Any]] = {
            "delays": await figures.delays(asked, query.territory),
            "stock": await figures.stock(ageing_of(request), query.territory),
            "decisions": await figures.decided(asked, query.territory),
        }
    lines = {name: [asdict(one) for one in rows] for name, rows in found.items()}
    return FiguresView.model_validate({"first": asked.first, "last": asked.last, **lines})


@router.get("/figures.csv", dependencies=[Reader], response_class=Response, responses=_FILE)
async def read_figures_file(request: Request, query: Annotated[FiguresFileQuery, Query()]) -> Response:
    """One of the tables, for a spreadsheet: `;`, UTF-8 with its mark."""
    asked = query.period(request)
    rows: list[Any]
    async with request.app.state.database.read() as session:
        figures = SqlFigures(session)
        if query.table == "delays":
            rows = await figures.delays(asked, query.territory)
        elif query.table == "stock":
            rows = await figures.stock(ageing_of(request), query.territory)
        else:
            rows = await figures.decided(asked, query.territory)
    headers = {"Content-Disposition": f'attachment; filename="chiffres-{query.table}.csv"', "Cache-Control": "no-store"}
    return Response(csv_of(query.table, rows), media_type=MEDIA_TYPE, headers=headers)


@router.get("/figures/agents", dependencies=[Head])
async def read_agent_figures(request: Request, query: Annotated[FiguresQuery, Query()]) -> AgentsView:
    """By agent: decisions of the period, by delegation or not, and studies in charge now."""
    asked = query.period(request)
    async with request.app.state.database.read() as session:
        rows = await SqlFigures(session).by_agent(asked, query.territory)
    keys = request.app.state.keys
    lines = [
        AgentLine(
            agent=keys.open_token(AgentCard, row.agent),
            valide=row.valide,
            non_valide=row.non_valide,
            by_delegation=row.by_delegation,
            in_charge=row.in_charge,
        )
        for row in rows
    ]
    return AgentsView(first=asked.first, last=asked.last, agents=lines)

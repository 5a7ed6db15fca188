"""The chef de service's decision, or that of who holds a delegation: one study, or a series of opened ones."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from pydantic import ConfigDict, Field

from services.validation.application.commands import Order, deciding
from services.validation.application.commands.deciding import Deciders
from services.validation.application.commands.many import MOST
from services.validation.domain.rights import HEADS, RIGHTS
from services.validation.entrypoints.http.bodies import Body, ChefDecision, CommissionOutcome, StudyAnswer
from services.validation.entrypoints.http.routing_bodies import SOME_ID, Mode, Results
from services.validation.entrypoints.http.seen import card_of
from shared.database.unit_of_work import UnitOfWork
from shared.http.once import Once, once
from shared.http.rights import allowed
from shared.http.versions import if_match
from shared.security.principal import Principal

router = APIRouter(tags=["deciding"])

OnceOnly = Annotated[Once, Depends(once)]
Agent = Annotated[Principal, Depends(allowed(RIGHTS, "decide"))]


class SeriesItem(Body):
    """One study: the version that the decider saw."""

    study_id: UUID
    version: int = Field(ge=1, le=2**31 - 1)


class Series(CommissionOutcome):
    """The same decision for each of these: no start is arbitrated in a series."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "mode": "each",
                    "items": [{"study_id": SOME_ID, "version": 2}],
                    "outcome": "valide",
                    "comment": "Objectifs cohérents.",
                }
            ]
        }
    )

    mode: Mode
    items: list[SeriesItem] = Field(min_length=1, max_length=MOST)


@router.post("/studies/decisions", response_model=Results)
async def decide_series(request: Request, body: Series, agent: Agent, only: OnceOnly) -> Response:
    """Decides up to 500 studies alike, each of which the decider opened since it was submitted last."""
    state = request.app.state
    now = state.clock.now()
    orders = [Order(one.study_id, one.version, card_of(agent), now) for one in body.items]

    async def command(uow: UnitOfWork) -> tuple[Results, int]:
        made = await deciding.decide_many(
            uow, _deciders(request, agent), state.openings_of, orders, body.verdict(), atomic=body.mode == "all"
        )
        return Results.of(made), 1

    return await only.run(command)


@router.post("/studies/{study_id}/decision", response_model=StudyAnswer)
async def decide(
    request: Request,
    study_id: UUID,
    *,
    body: ChefDecision,
    agent: Agent,
    only: OnceOnly,
    seen: Annotated[int, Depends(if_match)],
) -> Response:
    """The decision: final. By another than the chef de service, it says that it was made by delegation."""
    order = Order(study_id, seen, card_of(agent), request.app.state.clock.now())

    async def command(uow: UnitOfWork) -> tuple[StudyAnswer, int]:
        study = await deciding.decide(uow, _deciders(request, agent), order, body.verdict())
        return StudyAnswer.of(study), study.version

    return await only.run(command)


def _deciders(request: Request, agent: Principal) -> Deciders:
    state = request.app.state
    return Deciders(state.studies_of, state.lists_of, state.delegations_of, heads_service=agent.role in HEADS)

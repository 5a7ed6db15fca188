"""The worklist: who waits, how many, for how long, and who has them in charge."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response

from services.validation.adapters.reading import SqlReading
from services.validation.application import queries
from services.validation.application.commands import charges
from services.validation.application.commands.charges import ChargeOrder
from services.validation.domain.rights import HEADS, RIGHTS
from services.validation.entrypoints.http.seen import ageing_of, card_of, lens_of
from services.validation.entrypoints.http.worklist_bodies import (
    ChargeAnswer,
    StudiesQuery,
    Worklist,
    WorklistCounts,
    WorklistQuery,
)
from shared.database.unit_of_work import UnitOfWork
from shared.http.once import Once, once
from shared.http.rights import allowed
from shared.security.principal import Principal

router = APIRouter(tags=["worklist"])

OnceOnly = Annotated[Once, Depends(once)]
Holder = Annotated[Principal, Depends(allowed(RIGHTS, "take-charge"))]


@router.get("/studies", dependencies=[Depends(allowed(RIGHTS, "list-studies"))])
async def list_studies(request: Request, query: Annotated[WorklistQuery, Query()]) -> Worklist:
    """Submitted CERs: refused by the person first, then by priority, then the oldest."""
    async with request.app.state.database.read() as session:
        lens = await lens_of(request, session)
        wanted = query.filter(lens.ageing)
        page = await queries.worklist(SqlReading(session), lens, wanted, query.place(), query.limit)
    return Worklist.of(page)


@router.get("/studies/counts", dependencies=[Depends(allowed(RIGHTS, "count-studies"))])
async def count_studies(request: Request, query: Annotated[StudiesQuery, Query()]) -> WorklistCounts:
    """How many studies these criteria keep, and by state, territory, référent, request and so on."""
    ageing = ageing_of(request)
    async with request.app.state.database.read() as session:
        return WorklistCounts.of(await SqlReading(session).counts(query.filter(ageing), ageing))


@router.post("/studies/{study_id}/charge", response_model=ChargeAnswer)
async def take_charge(request: Request, study_id: UUID, agent: Holder, only: OnceOnly) -> Response:
    """Takes the study in charge: colleagues see it, and cannot take it meanwhile."""
    state = request.app.state
    order = ChargeOrder(study_id, card_of(agent), state.clock.now())

    async def command(uow: UnitOfWork) -> tuple[ChargeAnswer, int]:
        study, charge = await charges.take(uow, state.studies_of, state.charges_of, order)
        return ChargeAnswer.of(study.id, charge), study.version

    return await only.run(command)


@router.post("/studies/{study_id}/release", response_model=ChargeAnswer)
async def release_charge(request: Request, study_id: UUID, agent: Holder, only: OnceOnly) -> Response:
    """Leaves the study to a colleague: its holder does, or the chef de service."""
    state = request.app.state
    order, heads = ChargeOrder(study_id, card_of(agent), state.clock.now()), agent.role in HEADS

    async def command(uow: UnitOfWork) -> tuple[ChargeAnswer, int]:
        study = await charges.release(uow, state.studies_of, state.charges_of, order, heads_service=heads)
        return ChargeAnswer.of(study.id, None), study.version

    return await only.run(command)

"""The file of a study, and what agents do to it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from services.validation.adapters.reading import SqlReading
from services.validation.application import commands, queries
from services.validation.application.commands import Order, deciding
from services.validation.application.ports import ListsOf, StudiesOf
from services.validation.domain.model import Study
from services.validation.domain.rights import RIGHTS
from services.validation.entrypoints.http.bodies import (
    CommissionOutcome,
    OpinionGiven,
    Return,
    StudyAnswer,
    TakeBack,
    ToChefDeService,
    ToCommission,
)
from services.validation.entrypoints.http.seen import card_of, lens_of
from shared.audit.slip import enter_with
from shared.database.unit_of_work import UnitOfWork
from shared.http.once import Once, once
from shared.http.rights import allowed
from shared.http.versions import if_match, set_etag
from shared.kernel.clock import Clock
from shared.security.principal import Principal

router = APIRouter(tags=["studies"])

OnceOnly = Annotated[Once, Depends(once)]
Seen = Annotated[int, Depends(if_match)]


@router.get("/studies/{study_id}")
async def read_study(
    request: Request,
    response: Response,
    study_id: UUID,
    agent: Annotated[Principal, Depends(allowed(RIGHTS, "read-study"))],
) -> queries.StudyFile:
    """One study, with its decision and its history: its opening by the agent is kept. The CER is read in contracts."""
    state = request.app.state
    async with state.database.begin() as uow:
        enter_with(uow)
        found = await queries.study_file(SqlReading(uow.session), await lens_of(request, uow.session), study_id)
        await state.openings_of(uow).note(study_id, agent.subject, found.submission, state.clock.now())
    set_etag(response, found.version)
    return found


@dataclass(frozen=True)
class Desk:
    """An agent before a study: what every act needs."""

    once: Once
    studies_of: StudiesOf
    lists_of: ListsOf
    order: Order

    async def act(self, command: Callable[[UnitOfWork], Awaitable[Study]]) -> Response:
        """Runs the command once and answers where the study stands."""

        async def answered(uow: UnitOfWork) -> tuple[StudyAnswer, int]:
            study = await command(uow)
            return StudyAnswer.of(study), study.version

        return await self.once.run(answered)


def desk(operation: str) -> Callable[..., Awaitable[Desk]]:
    """A dependency: the desk of an agent whose role may do this operation."""
    may = allowed(RIGHTS, operation)

    async def sit(
        request: Request, study_id: UUID, agent: Annotated[Principal, Depends(may)], only: OnceOnly, seen: Seen
    ) -> Desk:
        clock: Clock = request.app.state.clock
        state = request.app.state
        return Desk(only, state.studies_of, state.lists_of, Order(study_id, seen, card_of(agent), clock.now()))

    return sit


@router.post("/studies/{study_id}/commission", response_model=StudyAnswer)
async def send_to_commission(body: ToCommission, at: Annotated[Desk, Depends(desk("send-to-commission"))]) -> Response:
    """Routes the CER to a commission of the admin's list; from the chef de service's desk, with a reason."""
    return await at.act(
        lambda uow: commands.send_to_commission(
            uow, at.studies_of, at.lists_of, at.order, kind=body.kind, reason=body.reason
        )
    )


@router.post("/studies/{study_id}/chef-de-service", response_model=StudyAnswer)
async def send_to_chef_de_service(
    body: ToChefDeService, at: Annotated[Desk, Depends(desk("send-to-chef-de-service"))]
) -> Response:
    """Routes the CER to the chef de service; from a commission, with a reason."""
    return await at.act(lambda uow: commands.send_to_chef_de_service(uow, at.studies_of, at.order, body.reason))


@router.post("/studies/{study_id}/taking-back", response_model=StudyAnswer)
async def take_back(body: TakeBack, at: Annotated[Desk, Depends(desk("take-back-study"))]) -> Response:
    """Takes the CER back from a commission or from the chef de service, with a reason, to route it again."""
    return await at.act(lambda uow: commands.take_back(uow, at.studies_of, at.order, body.reason))


@router.post("/studies/{study_id}/return", response_model=StudyAnswer)
async def return_for_complement(body: Return, at: Annotated[Desk, Depends(desk("return-study"))]) -> Response:
    """Returns the CER to its référent, who completes it and submits it again."""
    return await at.act(
        lambda uow: commands.return_for_complement(
            uow, at.studies_of, at.lists_of, at.order, reason=body.reason, lacking=body.lacking()
        )
    )


@router.post("/studies/{study_id}/opinion", response_model=StudyAnswer)
async def give_opinion(body: OpinionGiven, at: Annotated[Desk, Depends(desk("give-opinion"))]) -> Response:
    """Records the commission's opinion; it can be corrected until the outcome is recorded."""
    return await at.act(lambda uow: commands.give_opinion(uow, at.studies_of, at.order, body.opinion))


@router.post("/studies/{study_id}/outcome", response_model=StudyAnswer)
async def record_outcome(body: CommissionOutcome, at: Annotated[Desk, Depends(desk("record-outcome"))]) -> Response:
    """Records the commission's outcome, which follows its opinion: final."""
    return await at.act(lambda uow: deciding.record_outcome(uow, at.studies_of, at.lists_of, at.order, body.verdict()))

"""Replacements over HTTP: made by the référent, the secretary of one of their territories, the service or the admin."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from services.contracts.application.commands import agents as commands
from services.contracts.application.queries import agents as queries
from services.contracts.domain.agents.replacement import Replacement
from services.contracts.entrypoints.http.agents.bodies import ReplacementIn
from services.contracts.entrypoints.http.agents.views import Replacements, ReplacementView
from services.contracts.entrypoints.http.counter import Counter, counter
from shared.database.unit_of_work import UnitOfWork
from shared.http.once import Once, once
from shared.http.versions import if_match, set_etag
from shared.kernel.clock import legal_date

router = APIRouter(tags=["agents"])


@router.get("/agents/{agent_id}/replacements")
async def list_replacements(
    agent_id: str, here: Annotated[Counter, Depends(counter("list-replacements"))]
) -> Replacements:
    """Who stood, stands or will stand in for an agent; newest first."""
    async with here.reading() as stores:
        found = await queries.replacements(stores, here.agent, agent_id)
    return Replacements(replacements=[_view(here, one) for one in found])


@router.post("/agents/{agent_id}/replacements", status_code=201, response_model=ReplacementView)
async def make_replacement(
    agent_id: str,
    body: ReplacementIn,
    only: Annotated[Once, Depends(once)],
    here: Annotated[Counter, Depends(counter("make-replacement"))],
) -> Response:
    """Has a colleague stand in between two days: what the référent may do, they may, for the same dossiers."""

    async def command(uow: UnitOfWork) -> tuple[ReplacementView, int]:
        made = await commands.replace_agent(here.desk(uow), agent_id, body.substitute_id, body.first_day, body.last_day)
        return _view(here, made), made.version

    return await only.run(command, 201)


@router.delete("/replacements/{replacement_id}")
async def end_replacement(
    replacement_id: UUID,
    response: Response,
    seen: Annotated[int, Depends(if_match)],
    here: Annotated[Counter, Depends(counter("end-replacement"))],
) -> ReplacementView:
    """Ends a replacement, from the next request on."""
    async with here.acting() as desk:
        ended = await commands.end_replacement(desk, replacement_id, seen)
    set_etag(response, ended.version)
    return _view(here, ended)


def _view(here: Counter, replacement: Replacement) -> ReplacementView:
    return ReplacementView.of(replacement, legal_date(here.tools.clock.now()))

"""The papers of commissions' sessions, read only: they follow from what is done in validation."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from services.documents.adapters.commissions import SqlCommissionFiles, SqlPapers
from services.documents.application.queries import papers as queries
from services.documents.domain.rights import RIGHTS
from services.documents.entrypoints.http.files import FILE, sent
from shared.http.ranges import Conditions, answer, conditions
from shared.http.rights import allowed
from shared.security.principal import Principal

router = APIRouter(tags=["sessions"])


@router.get("/sessions/{session_id}/editions")
async def list_session_editions(
    request: Request, session_id: UUID, agent: Annotated[Principal, Depends(allowed(RIGHTS, "list-session-editions"))]
) -> queries.SessionEditionList:
    """The agendas and minutes of a commission's session; to who sits in it, the agenda as it stands."""
    state = request.app.state
    async with state.database.read() as session:
        known, files = SqlPapers(session), SqlCommissionFiles(session)
        return await queries.papers(known, files, agent, session_id, state.clock.now())


@router.head("/session-editions/{edition_id}/content", include_in_schema=False)
@router.get("/session-editions/{edition_id}/content", response_class=Response, responses=FILE)
async def read_session_edition(
    request: Request,
    edition_id: UUID,
    agent: Annotated[Principal, Depends(allowed(RIGHTS, "read-session-edition"))],
    asked: Annotated[Conditions, Depends(conditions)],
) -> Response:
    """The PDF of an agenda or of minutes, or a part of it."""
    state = request.app.state
    async with state.database.read() as session:
        known, files = SqlPapers(session), SqlCommissionFiles(session)
        found = await queries.paper_file(known, files, agent, edition_id, state.clock.now())
    return await answer(asked, sent(request, found, inline=True))

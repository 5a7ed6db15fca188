"""The HTTP face of documents, read only: an edition follows from the CER's state, none can be asked for."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Request, Response

from services.documents.adapters.repository import SqlEditions
from services.documents.application import queries
from services.documents.domain.rights import RIGHTS
from shared.http.rights import allowed
from shared.security.principal import Principal

router = APIRouter(tags=["editions"])

PDF = "application/pdf"
# Personal data: no shared cache keeps it, and a browser asks again.
_PRIVATE = {"Cache-Control": "private, no-cache", "X-Content-Type-Options": "nosniff"}


@router.get("/editions")
async def list_editions(
    request: Request, cer_id: UUID, agent: Annotated[Principal, Depends(allowed(RIGHTS, "list-editions"))]
) -> queries.EditionList:
    """The editions of a CER, those that failed included."""
    async with request.app.state.database.read() as session:
        return await queries.editions_of_cer(SqlEditions(session), agent, cer_id)


@router.get("/editions/{edition_id}")
async def read_edition(
    request: Request, edition_id: UUID, agent: Annotated[Principal, Depends(allowed(RIGHTS, "read-edition"))]
) -> queries.EditionView:
    """One edition: what it is and what it was made for."""
    async with request.app.state.database.read() as session:
        return await queries.edition(SqlEditions(session), agent, edition_id)


@router.get("/editions/{edition_id}/content", response_class=Response, responses={200: {"content": {PDF: {}}}})
async def read_content(
    request: Request,
    edition_id: UUID,
    agent: Annotated[Principal, Depends(allowed(RIGHTS, "read-edition-content"))],
    if_none_match: Annotated[str | None, Header()] = None,
) -> Response:
    """The PDF. Its ETag is its sha256: it never changes."""
    async with request.app.state.database.read() as session:
        found = await queries.edition_file(SqlEditions(session), request.app.state.files, agent, edition_id)
    headers = {"ETag": f'"{found.sha256}"', **_PRIVATE}
    if if_none_match is not None and headers["ETag"] in if_none_match:
        return Response(status_code=304, headers=headers)
    headers["Content-Disposition"] = f'inline; filename="{found.filename}"'
    return Response(found.content, media_type=PDF, headers=headers)

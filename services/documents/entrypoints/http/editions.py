"""Editions, read only: one follows from the CER's state, none can be asked for."""

from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Request, Response

from services.documents.adapters.commissions import SqlCommissionFiles
from services.documents.adapters.repository import SqlEditions
from services.documents.application.queries import editions as queries
from services.documents.domain.edition import EditionKind
from services.documents.domain.rights import RIGHTS, by_opening
from services.documents.entrypoints.http.files import FILE, sent
from shared.http.ranges import Conditions, answer, conditions
from shared.http.rights import allowed
from shared.security.principal import Principal

router = APIRouter(tags=["editions"])


def reader(operation: str) -> Callable[..., Awaitable[queries.Reader]]:
    """A dependency: who asks, if their role may do this, with what was opened to them."""
    may = allowed(RIGHTS, operation)

    async def known(request: Request, agent: Annotated[Principal, Depends(may)]) -> queries.Reader:
        if not by_opening(agent):
            return queries.Reader(agent)
        state = request.app.state
        async with state.database.read() as session:
            opened = await SqlCommissionFiles(session).opened_to(agent.subject, state.clock.now())
        return queries.Reader(agent, opened)

    return known


Reader = Annotated[queries.Reader, Depends(reader("read-edition-content"))]


@router.get("/editions")
async def list_editions(
    request: Request, cer_id: UUID, agent: Annotated[queries.Reader, Depends(reader("list-editions"))]
) -> queries.EditionList:
    """The editions of a CER, those that failed included."""
    async with request.app.state.database.read() as session:
        return await queries.editions_of_cer(SqlEditions(session), agent, cer_id)


@router.get("/cers/{cer_id}/editions/{kind}")
async def read_edition_of_model(
    request: Request,
    cer_id: UUID,
    kind: EditionKind,
    agent: Annotated[queries.Reader, Depends(reader("read-edition-of-model"))],
) -> queries.EditionView:
    """The last edition of a model that fits the CER; another is refused with the reason."""
    async with request.app.state.database.read() as session:
        return await queries.edition_of_model(SqlEditions(session), agent, cer_id, kind)


@router.get("/editions/{edition_id}")
async def read_edition(
    request: Request, edition_id: UUID, agent: Annotated[queries.Reader, Depends(reader("read-edition"))]
) -> queries.EditionView:
    """One edition: what it is and what it was made for."""
    async with request.app.state.database.read() as session:
        return await queries.edition(SqlEditions(session), agent, edition_id)


@router.head("/editions/{edition_id}/content", include_in_schema=False)
@router.get("/editions/{edition_id}/content", response_class=Response, responses=FILE)
async def read_content(
    request: Request, edition_id: UUID, agent: Reader, asked: Annotated[Conditions, Depends(conditions)]
) -> Response:
    """The PDF, or a part of it. Its ETag is its sha256: it never changes."""
    async with request.app.state.database.read() as session:
        found = await queries.edition_file(SqlEditions(session), agent, edition_id)
    return await answer(asked, sent(request, found, inline=True))


@router.get("/editions/{edition_id}/link")
async def make_link(request: Request, response: Response, edition_id: UUID, agent: Reader) -> queries.LinkView:
    """A link by which this agent alone downloads the PDF, within minutes."""
    state = request.app.state
    async with state.database.read() as session:
        link = await queries.download_link(SqlEditions(session), state.links, agent, edition_id, state.clock.now())
    response.headers["Cache-Control"] = "no-store"
    return link


@router.head("/downloads/{token}", include_in_schema=False)
@router.get("/downloads/{token}", response_class=Response, responses=FILE)
async def download(
    request: Request,
    token: Annotated[str, Path(max_length=200)],
    agent: Reader,
    asked: Annotated[Conditions, Depends(conditions)],
) -> Response:
    """The PDF of a link, or a part of it, for the agent whom it was made for, if they may still read it."""
    state = request.app.state
    async with state.database.read() as session:
        found = await queries.downloaded(SqlEditions(session), state.links, agent, token, state.clock.now())
    return await answer(asked, sent(request, found))

"""Persons whom a file names and no rule tells apart: listed, compared, resolved."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from services.contracts.application.commands import matching as commands
from services.contracts.application.queries import matching as queries
from services.contracts.domain.dossiers.matching import Matching, MatchingState
from services.contracts.entrypoints.http.counter import Counter, counter
from services.contracts.entrypoints.http.matching.views import (
    MatchingLine,
    MatchingPage,
    MatchingsQuery,
    MatchingView,
    ResolutionIn,
)
from shared.database.unit_of_work import UnitOfWork
from shared.http.once import Once, once
from shared.http.versions import if_match, set_etag

router = APIRouter(tags=["matchings"])


@router.get("/matchings")
async def list_matchings(
    asked: Annotated[MatchingsQuery, Query()], here: Annotated[Counter, Depends(counter("list-matchings"))]
) -> MatchingPage:
    """Persons of files whom an agent has to tell apart, the oldest first."""
    async with here.reading() as stores:
        state = MatchingState(asked.state)
        found = await queries.matchings(stores, here.agent, state, asked.after, asked.limit + 1)
    page = found[: asked.limit]
    more = len(found) > asked.limit
    return MatchingPage(matchings=[_shown(one, here) for one in page], next=page[-1].id if more else None)


@router.get("/matchings/{matching_id}")
async def read_matching(
    matching_id: UUID, response: Response, here: Annotated[Counter, Depends(counter("read-matching"))]
) -> MatchingView:
    """One person, beside the dossiers that they may be."""
    async with here.reading() as stores:
        found, dossiers = await queries.matching(stores, here.agent, matching_id)
    _shown(found, here)
    set_etag(response, found.version)
    return MatchingView.of(found, dossiers)


@router.post("/matchings/{matching_id}/resolution", response_model=MatchingLine)
async def resolve_matching(
    matching_id: UUID,
    body: ResolutionIn,
    only: Annotated[Once, Depends(once)],
    seen: Annotated[int, Depends(if_match)],
    here: Annotated[Counter, Depends(counter("resolve-matching"))],
) -> Response:
    """Says who the person is; the next file that names them finds the decision."""

    async def resolve(uow: UnitOfWork) -> tuple[MatchingLine, int]:
        state = MatchingState(body.decision)
        done = await commands.resolve(here.desk(uow), matching_id, seen, state, body.dossier_id)
        return _shown(done, here), done.version

    async def reread(uow: UnitOfWork, found_id: UUID) -> tuple[MatchingLine, int]:
        found, _ = await queries.matching(here.desk(uow).stores, here.agent, found_id)
        return _shown(found, here), found.version

    return await only.run(resolve, 200, reread)


def _shown(one: Matching, here: Counter) -> MatchingLine:
    """The line of one; the dossiers that it names stand in the audit."""
    for dossier_id in (*one.candidates, one.dossier_id):
        here.trail.names(dossier_id)
    return MatchingLine.of(one)

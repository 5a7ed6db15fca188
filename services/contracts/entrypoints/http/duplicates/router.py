"""Dossiers that may be one person: listed, dismissed, merged, by an admin who sees no social content."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from services.contracts.application.commands import duplicates as commands
from services.contracts.application.queries import duplicates as queries
from services.contracts.domain.dossiers.duplicates import DuplicateState
from services.contracts.domain.dossiers.model import Dossier
from services.contracts.entrypoints.http.counter import Counter, counter
from services.contracts.entrypoints.http.dossiers.answers import view_of
from services.contracts.entrypoints.http.dossiers.views import DossierView
from services.contracts.entrypoints.http.duplicates.views import (
    DismissalIn,
    DuplicateLine,
    DuplicatePage,
    DuplicatesQuery,
    MergeIn,
)
from shared.database.unit_of_work import UnitOfWork
from shared.http.once import Once, once
from shared.http.versions import if_match

router = APIRouter(tags=["duplicates"])

OnlyOnce = Annotated[Once, Depends(once)]
Seen = Annotated[int, Depends(if_match)]


@router.get("/duplicates")
async def list_duplicates(
    asked: Annotated[DuplicatesQuery, Query()], here: Annotated[Counter, Depends(counter("list-duplicates"))]
) -> DuplicatePage:
    """Pairs of dossiers that may be one person, the likeliest first."""
    async with here.reading() as stores:
        found = await queries.duplicates(stores, DuplicateState(asked.state), asked.after, asked.limit + 1)
    here.trail.saw([side.dossier for one in found[: asked.limit] for side in one.sides])
    return DuplicatePage.of(found, asked.limit)


@router.post("/duplicates/{duplicate_id}/dismissal", response_model=DuplicateLine)
async def dismiss_duplicate(
    duplicate_id: UUID,
    body: DismissalIn,
    only: OnlyOnce,
    seen: Seen,
    here: Annotated[Counter, Depends(counter("dismiss-duplicate"))],
) -> Response:
    """They are two persons, and are not proposed again."""

    async def dismiss(uow: UnitOfWork) -> tuple[DuplicateLine, int]:
        done = await commands.dismiss(here.desk(uow), duplicate_id, seen, body.reason)
        return DuplicateLine.of(done), done.version

    return await only.run(dismiss)


@router.post("/dossiers/{dossier_id}/merge", response_model=DossierView)
async def merge_dossiers(
    dossier_id: UUID,
    body: MergeIn,
    only: OnlyOnce,
    seen: Seen,
    here: Annotated[Counter, Depends(counter("merge-dossiers"))],
) -> Response:
    """Makes another dossier part of this one: its CERs, its files and its history. It cannot be undone."""

    async def view(uow: UnitOfWork, merged: Dossier) -> tuple[DossierView, int]:
        return await view_of(here, here.desk(uow).stores, merged), merged.version

    async def merge(uow: UnitOfWork) -> tuple[DossierView, int]:
        desk = here.desk(uow)
        done = await commands.merge(desk, dossier_id, seen, body.absorbed_id, body.absorbed_version)
        return await view(uow, done)

    async def reread(uow: UnitOfWork, survivor_id: UUID) -> tuple[DossierView, int]:
        return await view(uow, await here.desk(uow).stores.dossiers.get(survivor_id))

    return await only.run(merge, 200, reread)

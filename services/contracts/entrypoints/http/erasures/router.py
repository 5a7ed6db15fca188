"""Erasures over HTTP: counted first, then confirmed; the ledger, with who has not answered."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from services.contracts.application.commands import erasures as commands
from services.contracts.application.commands.erasures import Wish
from services.contracts.application.queries import erasures as queries
from services.contracts.entrypoints.http.counter import Counter, counter
from services.contracts.entrypoints.http.erasures.bodies import ErasureIn, ErasuresQuery
from services.contracts.entrypoints.http.erasures.views import ErasurePage, ErasureView
from shared.database.unit_of_work import UnitOfWork
from shared.http.once import Once, once

router = APIRouter(tags=["erasures"])


@router.post("/dossiers/{dossier_id}/erasure", response_model=ErasureView)
async def erase_dossier(
    dossier_id: UUID,
    body: ErasureIn,
    only: Annotated[Once, Depends(once)],
    here: Annotated[Counter, Depends(counter("erase-dossier"))],
) -> Response:
    """Without `confirm`: what would go. With it: the person is erased, here and in every service (RGPD art. 17)."""

    async def command(uow: UnitOfWork) -> tuple[ErasureView, int]:
        desk = here.desk(uow)
        if body.confirm is None:
            view = ErasureView.planned(await commands.plan(desk.stores, dossier_id))
        else:
            wish = Wish(dossier_id, body.ground, here.agent.subject, body.confirm)
            view = ErasureView.of(await commands.erase(uow, desk.stores, desk.clock, wish))
        return view, view.version

    return await only.run(command)


@router.get("/erasures")
async def list_erasures(
    asked: Annotated[ErasuresQuery, Query()], here: Annotated[Counter, Depends(counter("list-erasures"))]
) -> ErasurePage:
    """The ledger by number: who was asked, who answered."""
    async with here.reading() as stores:
        found = await queries.erasures(stores, asked.after, asked.limit + 1, unanswered=asked.unanswered)
    page = found[: asked.limit]
    more = len(found) > asked.limit
    return ErasurePage(erasures=[ErasureView.of(one) for one in page], next=page[-1].number if more else None)

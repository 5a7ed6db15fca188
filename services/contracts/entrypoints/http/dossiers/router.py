"""Dossiers over HTTP: search, contact data, référent."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from services.contracts.application.commands import dossiers as commands
from services.contracts.application.ports import Stores
from services.contracts.application.queries import dossiers as queries
from services.contracts.application.queries.search import search
from services.contracts.domain.dossiers.model import Dossier
from services.contracts.entrypoints.http.counter import Counter, counter
from services.contracts.entrypoints.http.dossiers.bodies import ContactIn, DossiersQuery, ReferentIn
from services.contracts.entrypoints.http.dossiers.views import DossierLine, DossierPage, DossierView
from shared.http.versions import if_match, set_etag

router = APIRouter(tags=["dossiers"])

Seen = Annotated[int, Depends(if_match)]


@router.get("/dossiers")
async def list_dossiers(
    asked: Annotated[DossiersQuery, Query()], here: Annotated[Counter, Depends(counter("list-dossiers"))]
) -> DossierPage:
    """Dossiers by name, or the best answers to `q`, among those that the agent sees."""
    wanted = asked.filter()
    async with here.reading() as stores:
        if asked.q is not None:
            best = await search(stores, here.tools.telephones, here.agent, asked.q, wanted=wanted, limit=asked.limit)
            lines = [DossierLine.of(hit.dossier, hit.score) for hit in best.hits]
            return DossierPage(dossiers=lines, next=None, more=best.more)
        found = await queries.dossiers(stores, here.agent, wanted, asked.after, asked.limit + 1)
    page = found[: asked.limit]
    here.trail.saw(page)
    more = len(found) > asked.limit
    lines = [DossierLine.of(one) for one in page]
    return DossierPage(dossiers=lines, next=page[-1].id if more else None, more=more)


@router.get("/dossiers/{dossier_id}")
async def read_dossier(
    dossier_id: UUID, response: Response, here: Annotated[Counter, Depends(counter("read-dossier"))]
) -> DossierView:
    """One dossier."""
    async with here.reading() as stores:
        found, referent = await queries.dossier(stores, here.agent, dossier_id)
    set_etag(response, found.version)
    return DossierView.of(found, referent, here.tools.telephones)


@router.put("/dossiers/{dossier_id}/contact")
async def change_contact(
    dossier_id: UUID,
    body: ContactIn,
    response: Response,
    seen: Seen,
    here: Annotated[Counter, Depends(counter("change-contact"))],
) -> DossierView:
    """Completes or corrects mail and telephone. A landline never overwrites a mobile."""
    async with here.acting() as desk:
        changed = await commands.change_contact(
            desk, here.tools.telephones, dossier_id, seen=seen, mail=body.mail, number=body.telephone
        )
        view = await _view(here, desk.stores, changed)
    set_etag(response, view.version)
    return view


@router.put("/dossiers/{dossier_id}/referent")
async def name_referent(
    dossier_id: UUID,
    body: ReferentIn,
    response: Response,
    seen: Seen,
    here: Annotated[Counter, Depends(counter("name-referent"))],
) -> DossierView:
    """Names who accompanies the person; a référent may take a dossier that nobody has."""
    async with here.acting() as desk:
        changed = await commands.name_referent(desk, dossier_id, seen, body.referent_id)
        view = await _view(here, desk.stores, changed)
    set_etag(response, view.version)
    return view


async def _view(here: Counter, stores: Stores, changed: Dossier) -> DossierView:
    return DossierView.of(changed, await queries.referent_of(stores, changed), here.tools.telephones)

"""Dossiers over HTTP: search, contact data, référent."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from services.contracts.application.commands import dossiers as commands
from services.contracts.application.commands import identity
from services.contracts.application.queries import dossiers as queries
from services.contracts.application.queries.search import search
from services.contracts.entrypoints.http.counter import Counter, counter
from services.contracts.entrypoints.http.dossiers.answers import update, view_of
from services.contracts.entrypoints.http.dossiers.bodies import (
    ContactIn,
    DossierIn,
    DossiersQuery,
    HistoryQuery,
    HouseholdIn,
    IdentityIn,
    OrientationIn,
    ReferentIn,
    TerritoryIn,
)
from services.contracts.entrypoints.http.dossiers.views import (
    ChangeView,
    DossierHistory,
    DossierLine,
    DossierPage,
    DossierView,
)
from shared.database.unit_of_work import UnitOfWork
from shared.http.once import Once, once
from shared.http.versions import if_match, set_etag

router = APIRouter(tags=["dossiers"])

OnlyOnce = Annotated[Once, Depends(once)]
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
            here.trail.saw([hit.dossier for hit in best.hits])
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
        found, referent = await queries.dossier(stores, here.agent, dossier_id, here.now)
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
    return await update(
        response,
        here,
        lambda desk: commands.change_contact(desk, here.tools.telephones, dossier_id, seen, body.reach()),
    )


@router.put("/dossiers/{dossier_id}/referent")
async def name_referent(
    dossier_id: UUID,
    body: ReferentIn,
    response: Response,
    seen: Seen,
    here: Annotated[Counter, Depends(counter("name-referent"))],
) -> DossierView:
    """Names who accompanies the person; a référent may take a dossier that nobody has."""
    return await update(response, here, lambda desk: commands.name_referent(desk, dossier_id, seen, body.referent_id))


@router.post("/dossiers", status_code=201, response_model=DossierView)
async def create_dossier(
    body: DossierIn, only: OnlyOnce, here: Annotated[Counter, Depends(counter("create-dossier"))]
) -> Response:
    """A person whom the flow of the CAF or the MSA does not name yet."""

    async def create(uow: UnitOfWork) -> tuple[DossierView, int]:
        desk = here.desk(uow)
        made = await identity.create(desk, here.tools.telephones, body.new())
        return await view_of(here, desk.stores, made), made.version

    async def reread(uow: UnitOfWork, dossier_id: UUID) -> tuple[DossierView, int]:
        stores = here.desk(uow).stores
        found, _ = await queries.dossier(stores, here.agent, dossier_id, here.now)
        return await view_of(here, stores, found), found.version

    return await only.run(create, 201, reread)


@router.put("/dossiers/{dossier_id}/identity")
async def change_identity(
    dossier_id: UUID,
    body: IdentityIn,
    response: Response,
    seen: Seen,
    here: Annotated[Counter, Depends(counter("change-identity"))],
) -> DossierView:
    """« Modifier l'identité ». What is corrected here stands: the flow that says otherwise changes it no more.

    The report of each import says which fields of which lines were kept so.
    """
    return await update(response, here, lambda desk: identity.change_identity(desk, dossier_id, seen, body.person()))


@router.put("/dossiers/{dossier_id}/household")
async def change_household(
    dossier_id: UUID,
    body: HouseholdIn,
    response: Response,
    seen: Seen,
    here: Annotated[Counter, Depends(counter("change-household"))],
) -> DossierView:
    """Gives a dossier made by hand its matricule, or corrects it: from then on the flow finds the person there."""
    return await update(
        response, here, lambda desk: identity.change_household(desk, dossier_id, seen, body.household())
    )


@router.put("/dossiers/{dossier_id}/territory")
async def move_dossier(
    dossier_id: UUID,
    body: TerritoryIn,
    response: Response,
    seen: Seen,
    here: Annotated[Counter, Depends(counter("move-dossier"))],
) -> DossierView:
    """The person moved: another territory follows them."""
    return await update(response, here, lambda desk: identity.move(desk, dossier_id, seen, body.territory))


@router.put("/dossiers/{dossier_id}/orientation")
async def orient(
    dossier_id: UUID,
    body: OrientationIn,
    response: Response,
    seen: Seen,
    here: Annotated[Counter, Depends(counter("orient"))],
) -> DossierView:
    """Records how the person is oriented, and since when."""
    return await update(
        response, here, lambda desk: identity.orient(desk, dossier_id, seen, body.orientation, body.since)
    )


@router.get("/dossiers/{dossier_id}/history")
async def read_dossier_history(
    dossier_id: UUID,
    asked: Annotated[HistoryQuery, Query()],
    here: Annotated[Counter, Depends(counter("read-dossier-history"))],
) -> DossierHistory:
    """Every change of the dossier, its author and its origin, newest first: contact data, référents, moves."""
    async with here.reading() as stores:
        found = await queries.history(stores, here.agent, dossier_id, asked.after, asked.limit + 1)
    page = found[: asked.limit]
    changes = [
        ChangeView(field=one.field, before=one.before, after=one.after, by=one.act.by, origin=one.origin, at=one.act.at)
        for _, one in page
    ]
    return DossierHistory(changes=changes, next=page[-1][0] if len(found) > asked.limit else None)

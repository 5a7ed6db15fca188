"""CERs over HTTP: written, signed, submitted, reopened, read."""

from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from services.contracts.application.commands import cers as commands
from services.contracts.application.commands import signing
from services.contracts.application.commands.cers import Sheet
from services.contracts.application.commands.loading import Desk
from services.contracts.application.queries import cers as queries
from services.contracts.entrypoints.http.cers.bodies import CerIn, DernierContratIn, ReasonIn
from services.contracts.entrypoints.http.cers.views import CerLine, CerList, CerView, History, HistoryLine
from services.contracts.entrypoints.http.counter import Counter, counter
from shared.database.unit_of_work import UnitOfWork
from shared.http.once import Once, once
from shared.http.versions import if_match, set_etag

router = APIRouter(tags=["cers"])

Seen = Annotated[int, Depends(if_match)]
OnlyOnce = Annotated[Once, Depends(once)]
Act = Callable[[Desk], Awaitable[Sheet]]


@router.get("/dossiers/{dossier_id}/cers")
async def list_cers(dossier_id: UUID, here: Annotated[Counter, Depends(counter("list-cers"))]) -> CerList:
    """The CERs of a dossier, by number."""
    async with here.reading() as stores:
        found = await queries.cers(stores, here.agent, dossier_id)
    return CerList(cers=[CerLine.of(cer) for cer in found])


@router.post("/dossiers/{dossier_id}/cers", status_code=201, response_model=CerView)
async def create_cer(
    dossier_id: UUID, body: CerIn, only: OnlyOnce, here: Annotated[Counter, Depends(counter("create-cer"))]
) -> Response:
    """« Ajouter un CER »: a proposition, complete or not."""
    return await _once(only, here, lambda desk: commands.create(desk, dossier_id, body.input()), status=201)


@router.get("/cers/{cer_id}")
async def read_cer(cer_id: UUID, response: Response, here: Annotated[Counter, Depends(counter("read-cer"))]) -> CerView:
    """One CER."""
    async with here.reading() as stores:
        view = CerView.of_read(await queries.cer(stores, here.agent, cer_id))
    set_etag(response, view.version)
    return view


@router.put("/cers/{cer_id}")
async def revise_cer(
    cer_id: UUID,
    body: CerIn,
    response: Response,
    seen: Seen,
    here: Annotated[Counter, Depends(counter("revise-cer"))],
) -> CerView:
    """Saves what the référent wrote, complete or not."""
    return await _update(response, here, lambda desk: commands.revise(desk, cer_id, seen, body.input()))


@router.delete("/cers/{cer_id}", status_code=204)
async def delete_cer(cer_id: UUID, seen: Seen, here: Annotated[Counter, Depends(counter("delete-cer"))]) -> None:
    """Deletes a proposition; a trace stays."""
    async with here.acting() as desk:
        await commands.delete(desk, cer_id, seen)


@router.put("/cers/{cer_id}/dernier-contrat")
async def set_dernier_contrat(
    cer_id: UUID,
    body: DernierContratIn,
    response: Response,
    seen: Seen,
    here: Annotated[Counter, Depends(counter("set-dernier-contrat"))],
) -> CerView:
    """Stops or resumes the renewal alerts of this CER, also once it is validated."""
    value = body.dernier_contrat
    return await _update(response, here, lambda desk: commands.set_dernier_contrat(desk, cer_id, seen, value=value))


@router.post("/cers/{cer_id}/signature", status_code=202, response_model=CerView)
async def prepare_signature(
    cer_id: UUID, only: OnlyOnce, here: Annotated[Counter, Depends(counter("prepare-signature"))]
) -> Response:
    """« Processus de signature »: freezes the CER and has its edition made, to be signed by SMS."""
    return await _once(only, here, lambda desk: signing.prepare(desk, here.tools.patience, cer_id), status=202)


@router.delete("/cers/{cer_id}/signature")
async def cancel_signature(
    cer_id: UUID, response: Response, seen: Seen, here: Annotated[Counter, Depends(counter("cancel-signature"))]
) -> CerView:
    """Gives up the signature under way: the CER can be changed again."""
    return await _update(response, here, lambda desk: signing.cancel(desk, cer_id, seen))


@router.post("/cers/{cer_id}/submission", response_model=CerView)
async def submit_cer(
    cer_id: UUID, only: OnlyOnce, here: Annotated[Counter, Depends(counter("submit-cer"))]
) -> Response:
    """« Passer à l'état soumis à l'étude »; refused with all that is missing."""
    return await _once(only, here, lambda desk: commands.submit(desk, cer_id))


@router.post("/cers/{cer_id}/reopening", response_model=CerView)
async def reopen_cer(
    cer_id: UUID, body: ReasonIn, only: OnlyOnce, here: Annotated[Counter, Depends(counter("reopen-cer"))]
) -> Response:
    """Voids the signature of a proposition, with the reason, so that it can be changed."""
    return await _once(only, here, lambda desk: commands.reopen(desk, cer_id, body.reason))


@router.get("/cers/{cer_id}/history")
async def read_history(cer_id: UUID, here: Annotated[Counter, Depends(counter("read-history"))]) -> History:
    """Every accepted move, oldest first."""
    async with here.reading() as stores:
        lines = await queries.history(stores, here.agent, cer_id)
    return History(history=[HistoryLine.of(line) for line in lines])


async def _update(response: Response, here: Counter, act: Act) -> CerView:
    async with here.acting() as desk:
        view = await _view(here, desk, await act(desk))
    set_etag(response, view.version)
    return view


async def _once(only: Once, here: Counter, act: Act, status: int = 200) -> Response:
    async def command(uow: UnitOfWork) -> tuple[CerView, int]:
        desk = here.desk(uow)
        view = await _view(here, desk, await act(desk))
        return view, view.version

    async def reread(uow: UnitOfWork, cer_id: UUID) -> tuple[CerView, int]:
        view = CerView.of_read(await queries.cer(here.desk(uow).stores, here.agent, cer_id))
        return view, view.version

    return await only.run(command, status, reread)


async def _view(here: Counter, desk: Desk, sheet: Sheet) -> CerView:
    return CerView.of_read(await queries.read(desk.stores, here.agent, sheet.cer, sheet.dossier))

"""CERs over HTTP: written, signed, submitted, reopened, read."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from services.contracts.application.commands import cers as commands
from services.contracts.application.commands import signing
from services.contracts.application.queries import cers as queries
from services.contracts.entrypoints.http.cers import answers, objectives, revisions
from services.contracts.entrypoints.http.cers.answers import Edit, update, with_both_versions
from services.contracts.entrypoints.http.cers.bodies import CerIn, DernierContratIn, ReasonIn
from services.contracts.entrypoints.http.cers.prefill_views import ProposalView
from services.contracts.entrypoints.http.cers.views import CerLine, CerList, CerView, DeletedCer, History, HistoryLine
from services.contracts.entrypoints.http.counter import Counter, counter
from services.contracts.entrypoints.http.tasks.router import router as tasks
from shared.http.once import Once, once
from shared.http.versions import if_match, set_etag
from shared.kernel.errors import RaceLost

router = APIRouter(tags=["cers"])

Seen = Annotated[int, Depends(if_match)]
OnlyOnce = Annotated[Once, Depends(once)]


@router.get("/dossiers/{dossier_id}/cers")
async def list_cers(dossier_id: UUID, here: Annotated[Counter, Depends(counter("list-cers"))]) -> CerList:
    """The CERs of a dossier, by number, and the trace of the propositions that were deleted."""
    async with here.reading() as stores:
        found, deleted = await queries.cers(stores, here.agent, dossier_id)
    return CerList(
        cers=[CerLine.of(cer, here.today) for cer in found], deleted=[DeletedCer.of(trace) for trace in deleted]
    )


@router.post("/dossiers/{dossier_id}/cers", status_code=201, response_model=CerView)
async def create_cer(
    dossier_id: UUID, body: CerIn, only: OnlyOnce, here: Annotated[Counter, Depends(counter("create-cer"))]
) -> Response:
    """« Ajouter un CER »: a proposition, complete or not."""
    return await answers.once(only, here, lambda desk: commands.create(desk, dossier_id, body.input()), status=201)


@router.get("/dossiers/{dossier_id}/cers/proposal")
async def propose_cer(dossier_id: UUID, here: Annotated[Counter, Depends(counter("prefill-cer"))]) -> ProposalView:
    """What a new CER would start from; the objectives of the last one are recalled."""
    async with here.reading() as stores:
        found = await queries.to_start_from(
            stores, here.agent, dossier_id, here.today, weekly_hours=here.tools.weekly_hours
        )
    return ProposalView.of(found)


@router.post("/dossiers/{dossier_id}/cers/from-last", status_code=201, response_model=CerView)
async def create_from_last(
    dossier_id: UUID, only: OnlyOnce, here: Annotated[Counter, Depends(counter("create-cer"))]
) -> Response:
    """« Ajouter un CER », pre-filled from the last one."""
    return await answers.once(only, here, lambda desk: commands.create_from_last(desk, dossier_id), status=201)


@router.get("/cers/{cer_id}")
async def read_cer(cer_id: UUID, response: Response, here: Annotated[Counter, Depends(counter("read-cer"))]) -> CerView:
    """One CER."""
    async with here.reading() as stores:
        view = CerView.of_read(await queries.cer(stores, here.agent, cer_id, here.now), here.today)
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
    sent = body.input()
    edit = Edit(cer_id, seen, body, sent)
    return await update(response, here, edit, lambda desk: commands.revise(desk, cer_id, seen, sent))


@router.delete("/cers/{cer_id}", status_code=204)
async def delete_cer(cer_id: UUID, seen: Seen, here: Annotated[Counter, Depends(counter("delete-cer"))]) -> None:
    """Deletes a proposition; a trace stays."""
    try:
        async with here.acting() as desk:
            await commands.delete(desk, cer_id, seen)
    except RaceLost as lost:
        raise await with_both_versions(here, Edit(cer_id, seen), lost) from None


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
    edit = Edit(cer_id, seen, body)
    return await update(
        response, here, edit, lambda desk: commands.set_dernier_contrat(desk, cer_id, seen, value=value)
    )


@router.post("/cers/{cer_id}/decision/reading", response_model=CerView)
async def read_decision(
    cer_id: UUID, only: OnlyOnce, here: Annotated[Counter, Depends(counter("read-decision"))]
) -> Response:
    """The référent opened the return of the Département: dated, it is no more « à lire »."""
    return await answers.once(only, here, lambda desk: commands.read_decision(desk, cer_id))


@router.post("/cers/{cer_id}/signature", status_code=202, response_model=CerView)
async def prepare_signature(
    cer_id: UUID, only: OnlyOnce, here: Annotated[Counter, Depends(counter("prepare-signature"))]
) -> Response:
    """« Processus de signature »: freezes the CER and has its edition made, to be signed by SMS."""
    return await answers.once(only, here, lambda desk: signing.prepare(desk, here.tools.patience, cer_id), status=202)


@router.delete("/cers/{cer_id}/signature")
async def cancel_signature(
    cer_id: UUID, response: Response, seen: Seen, here: Annotated[Counter, Depends(counter("cancel-signature"))]
) -> CerView:
    """Gives up the signature under way: the CER can be changed again."""
    return await update(response, here, Edit(cer_id, seen), lambda desk: signing.cancel(desk, cer_id, seen))


@router.post("/cers/{cer_id}/submission", response_model=CerView)
async def submit_cer(
    cer_id: UUID, only: OnlyOnce, here: Annotated[Counter, Depends(counter("submit-cer"))]
) -> Response:
    """« Passer à l'état soumis à l'étude »; refused with all that is missing."""
    return await answers.once(only, here, lambda desk: commands.submit(desk, cer_id))


@router.post("/cers/{cer_id}/reopening", response_model=CerView)
async def reopen_cer(
    cer_id: UUID, body: ReasonIn, only: OnlyOnce, here: Annotated[Counter, Depends(counter("reopen-cer"))]
) -> Response:
    """Voids the signature of a proposition, with the reason, so that it can be changed."""
    return await answers.once(only, here, lambda desk: commands.reopen(desk, cer_id, body.reason))


@router.get("/cers/{cer_id}/history")
async def read_history(cer_id: UUID, here: Annotated[Counter, Depends(counter("read-history"))]) -> History:
    """Every accepted move, oldest first."""
    async with here.reading() as stores:
        lines = await queries.history(stores, here.agent, cer_id)
    return History(history=[HistoryLine.of(line) for line in lines])


for part in (objectives.router, revisions.router, tasks):
    router.include_router(part)

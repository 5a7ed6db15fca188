"""The HTTP face of signature: the PDF page by page, the codes, the refusal, the sealed file."""

from dataclasses import replace
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from fastapi.responses import JSONResponse

from services.signature.application import queries
from services.signature.application.commands import acts, codes, entry
from services.signature.application.commands.codes import Outgoing
from services.signature.application.commands.entry import Try
from services.signature.application.commands.means import Order
from services.signature.application.queries import Signatures, SignatureView
from services.signature.domain.model import SignatureRequest
from services.signature.domain.rights import RIGHTS
from services.signature.entrypoints.http.bodies import CodeBody, RefusalBody
from services.signature.entrypoints.http.desk import AtDesk
from services.signature.entrypoints.http.files import PDF, PNG, PRIVATE, sent
from shared.database.unit_of_work import UnitOfWork
from shared.http.once import Once, once
from shared.http.rights import allowed
from shared.http.versions import set_etag
from shared.security.onetime import fingerprint
from shared.security.principal import Principal

router = APIRouter(tags=["signatures"])

OnceOnly = Annotated[Once, Depends(once)]


@router.get("/signatures")
async def list_signatures(
    cer_id: UUID, agent: Annotated[Principal, Depends(allowed(RIGHTS, "list-signatures"))], at: AtDesk
) -> Signatures:
    """The signature requests of a CER, newest attempt first."""
    async with at.means.database.begin() as uow:
        return await queries.signatures_of_cer(at.means.requests_of(uow), cer_id, agent)


@router.get("/signatures/{signature_id}")
async def read_signature(
    response: Response,
    signature_id: UUID,
    agent: Annotated[Principal, Depends(allowed(RIGHTS, "read-signature"))],
    at: AtDesk,
) -> SignatureView:
    """Where a request stands, and what can be done."""
    request = await at.request(signature_id, agent)
    set_etag(response, request.version)
    return SignatureView.of(request, agent)


@router.get("/signatures/{signature_id}/pages/{page}", response_class=Response, responses={200: {"content": {PNG: {}}}})
async def read_page(
    signature_id: UUID,
    page: int,
    agent: Annotated[Principal, Depends(allowed(RIGHTS, "read-page"))],
    at: AtDesk,
) -> Response:
    """A page of the very PDF that is signed, counted from 1, as an image. The server keeps that it was served."""
    request = await at.request(signature_id, agent, "read-page")
    pdf = await at.objects.get(queries.shown_document(request, page))
    image = await at.pages.png(pdf, page)
    async with at.means.database.begin() as uow:
        await acts.record_page(at.means, uow, Order(signature_id, agent, at.origin), page)
    return Response(image, media_type=PNG, headers=PRIVATE)


@router.get("/signatures/{signature_id}/document", response_class=Response, responses={200: {"content": {PDF: {}}}})
async def read_document(
    signature_id: UUID, agent: Annotated[Principal, Depends(allowed(RIGHTS, "read-document"))], at: AtDesk
) -> Response:
    """The sealed PDF."""
    request = await at.request(signature_id, agent, "read-document")
    return sent(await at.objects.get(queries.sealed_document(request)), PDF, request, "signe")


@router.post("/signatures/{signature_id}/codes", response_model=SignatureView)
async def send_code(
    signature_id: UUID,
    agent: Annotated[Principal, Depends(allowed(RIGHTS, "send-code"))],
    only: OnceOnly,
    at: AtDesk,
) -> Response:
    """SIGNER: sends a code by SMS, once every page was served. The key's row is committed before the SMS leaves.

    The same key again sends nothing, and answers where the request now stands.
    """
    made: list[Outgoing] = []

    async def make(uow: UnitOfWork) -> tuple[SignatureView, int]:
        request, outgoing = await codes.make_code(at.means, uow, Order(signature_id, agent, at.origin))
        made.append(outgoing)
        return SignatureView.of(request, agent), request.version

    await only.run(make)
    if not made:
        return _answer(await at.request(signature_id, agent), agent)
    return _answer(await codes.deliver(at.means, signature_id, made[0]), agent)


@router.post("/signatures/{signature_id}/signature", response_model=SignatureView)
async def enter_code(
    signature_id: UUID,
    body: CodeBody,
    agent: Annotated[Principal, Depends(allowed(RIGHTS, "enter-code"))],
    only: OnceOnly,
    at: AtDesk,
) -> Response:
    """The code that the person says. The try is counted and committed, then compared; the seal follows.

    The same key again counts no other try, and answers where the request now stands.
    """
    order = Order(signature_id, agent, at.origin)
    counted: list[Try] = []

    async def count(uow: UnitOfWork) -> tuple[SignatureView, int]:
        request, tried = await entry.count_try(at.means, uow, order)
        counted.append(tried)
        return SignatureView.of(request, agent), request.version

    # The key's row holds a fingerprint of the body: a plain one would give six digits away.
    await replace(only, fingerprint=fingerprint(at.means.pepper, only.fingerprint)).run(count)
    if counted:
        return _answer(await entry.judge(at.means, order, counted[0], body.code), agent)
    request = await at.request(signature_id, agent)
    queries.try_answer(request)
    return _answer(request, agent)


@router.post("/signatures/{signature_id}/refusal", response_model=SignatureView)
async def refuse(
    signature_id: UUID,
    body: RefusalBody,
    agent: Annotated[Principal, Depends(allowed(RIGHTS, "refuse"))],
    only: OnceOnly,
    at: AtDesk,
) -> Response:
    """REFUSER: the person does not sign. The CER stays a proposition, its accord unsaid."""

    async def act(uow: UnitOfWork) -> tuple[SignatureView, int]:
        request = await acts.refuse(at.means, uow, Order(signature_id, agent, at.origin), body.reason)
        return SignatureView.of(request, agent), request.version

    return await only.run(act)


def _answer(request: SignatureRequest, agent: Principal) -> JSONResponse:
    body = SignatureView.of(request, agent).model_dump(mode="json")
    return JSONResponse(body, headers={"ETag": f'"{request.version}"'})

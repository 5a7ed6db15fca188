"""The dossier de preuve: as people read it, as the JSON that is signed, and what came after it was sealed."""

import asyncio
import json
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from services.signature.adapters.dossier_reading import readable_pdf, signed_json
from services.signature.application import queries
from services.signature.application.queries import Addendum
from services.signature.domain.model import SignatureRequest
from services.signature.domain.rights import RIGHTS
from services.signature.entrypoints.http.desk import AtDesk, Desk
from services.signature.entrypoints.http.files import JSON, PDF, sent
from shared.http.rights import allowed
from shared.security.principal import Principal

router = APIRouter(tags=["signatures"])

Reader = Annotated[Principal, Depends(allowed(RIGHTS, "read-evidence"))]
NAME: Final = "dossier-de-preuve"
ADDENDUM_NAME: Final = "additif-au-dossier-de-preuve"


@router.get("/signatures/{signature_id}/evidence", response_class=Response, responses={200: {"content": {PDF: {}}}})
async def read_evidence(signature_id: UUID, agent: Reader, at: AtDesk) -> Response:
    """The sealed dossier de preuve, to be read; it carries the signed JSON."""
    request, stored = await _stored(at, signature_id, agent)
    return sent(readable_pdf(stored), PDF, request, NAME)


@router.get(
    "/signatures/{signature_id}/evidence.json", response_class=Response, responses={200: {"content": {JSON: {}}}}
)
async def read_evidence_json(signature_id: UUID, agent: Reader, at: AtDesk) -> Response:
    """The signed JSON (RFC 8785, RFC 7515), byte for byte."""
    request, stored = await _stored(at, signature_id, agent)
    return sent(await asyncio.to_thread(signed_json, stored), JSON, request, NAME)


@router.get("/signatures/{signature_id}/evidence/addendum")
async def read_addendum(signature_id: UUID, agent: Reader, at: AtDesk) -> Addendum:
    """What was kept after the dossier was sealed: late receipts of the SMS provider, a voiding; signed soon after."""
    request, stored = await _stored(at, signature_id, agent)
    told = json.loads(await asyncio.to_thread(signed_json, stored))["evidence"]
    async with at.means.database.begin() as uow:
        steps = await at.means.requests_of(uow).history(signature_id)
    signed = None if request.addendum is None else await at.objects.get(request.addendum)
    return queries.addendum(told, steps, signed)


@router.get(
    "/signatures/{signature_id}/evidence/addendum.json",
    response_class=Response,
    responses={200: {"content": {JSON: {}}}},
)
async def read_signed_addendum(signature_id: UUID, agent: Reader, at: AtDesk) -> Response:
    """The newest signed addendum, byte for byte: it names the evidence that it completes by its fingerprint."""
    request = await at.request(signature_id, agent, "read-evidence")
    return sent(await at.objects.get(queries.addendum_file(request)), JSON, request, ADDENDUM_NAME)


async def _stored(at: Desk, signature_id: UUID, agent: Principal) -> tuple[SignatureRequest, bytes]:
    request = await at.request(signature_id, agent, "read-evidence")
    return request, await at.objects.get(queries.evidence_file(request))

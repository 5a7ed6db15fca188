"""Signing at Yousign: the link for who has the CER signed, and where Yousign tells that something happened."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, Field

from services.signature.application.commands.yousign.hearing import UnreadableWebhookError, hear, is_genuine
from services.signature.application.commands.yousign.link import Window, signing_link
from services.signature.domain.rights import RIGHTS
from services.signature.domain.yousign.refusals import NotAtYousign
from services.signature.entrypoints.http.desk import AtDesk
from shared.http.rights import allowed
from shared.security.principal import Principal

router = APIRouter(tags=["signatures"])


class SigningLink(BaseModel):
    """Where the person reads and signs, in front of the référent. Kept nowhere: it is asked for each time."""

    url: str = Field(examples=["https://yousign.app/signatures/6f7001fc-9cf6-4a05-8c4b-1d2c6b0a2a51?s=…"])
    expires_at: datetime | None = Field(description="When the link stops opening; ask for it again")


@router.get("/signatures/{signature_id}/link")
async def read_link(
    request: Request,
    response: Response,
    signature_id: UUID,
    agent: Annotated[Principal, Depends(allowed(RIGHTS, "read-link"))],
    at: AtDesk,
) -> SigningLink:
    """« Signer chez Yousign »: the link under which the person reads, receives the code by SMS, and types it."""
    window: Window | None = request.app.state.yousign
    if window is None:
        await at.request(signature_id, agent, "read-link")
        raise NotAtYousign
    link = await signing_link(window, signature_id, agent, at.origin)
    response.headers["Cache-Control"] = "private, no-store"
    return SigningLink(url=link.url, expires_at=link.expires_at)


@router.post("/yousign/webhooks", include_in_schema=False)
async def take_webhook(request: Request) -> Response:
    """200 for all that Yousign signed, known to us or not, since it would tell it again; 401 for what it did not."""
    window: Window | None = request.app.state.yousign
    body = await request.body()
    said = request.headers.get("x-yousign-signature-256", "")
    if window is None or not is_genuine(window.secret, body, said):
        return Response(status_code=401)
    try:
        await hear(window, body)
    except UnreadableWebhookError:
        return Response(status_code=400)
    return Response(status_code=200)

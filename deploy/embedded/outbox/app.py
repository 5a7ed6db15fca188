"""HTTP of the outbox: the SMS gateway, the JSON API, the page, and the failures asked for."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Literal

from fastapi import FastAPI, HTTPException, Response
from fastapi.responses import FileResponse, HTMLResponse, StreamingResponse
from pydantic import BaseModel, Field
from starlette.middleware.trustedhost import TrustedHostMiddleware

from deploy.embedded.outbox.faults import Faults
from deploy.embedded.outbox.messages import Kind, Message, Messages
from deploy.embedded.outbox.smtp import SILENCE_SECONDS, listen
from deploy.embedded.pages import render

# The HTML of a mail is shown without scripts, forms, or anything fetched from elsewhere.
SANDBOX = {"Content-Security-Policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"}


class Sms(BaseModel):
    """What the gateway is asked to send."""

    to: str = Field(pattern=r"^\+[1-9]\d{6,14}$", description="E.164")
    text: str = Field(min_length=1, max_length=1600)
    reference: str | None = Field(default=None, max_length=200, description="The sender's own name for it")


class Outbox:
    """The handlers, with the store and the faults that they share."""

    def __init__(self, messages: Messages) -> None:
        self.messages = messages
        self.faults = Faults()

    async def send_sms(self, sms: Sms) -> Response:
        """Take an SMS: 202 with its id, or the failure asked for."""
        match self.faults.sms:
            case "refuse":
                raise HTTPException(422, "numéro refusé par l'opérateur")
            case "timeout":
                await asyncio.sleep(SILENCE_SECONDS)
                raise HTTPException(504)
        message = Message(kind="sms", to=[sms.to], text=sms.text, reference=sms.reference)
        self.messages.add(message)
        if self.faults.sms == "accept-then-drop":
            return StreamingResponse(_cut_short(), 202, media_type="application/json")
        return Response(f'{{"id":"{message.id}"}}', 202, media_type="application/json")

    async def set_faults(self, changes: Faults) -> Faults:
        """Change how the next messages fare: `{"sms": "timeout"}`; what is not named stays."""
        for name in changes.model_fields_set:
            setattr(self.faults, name, getattr(changes, name))
        return self.faults

    async def list(self, kind: Kind | Literal[""] = "", to: str = "") -> list[dict[str, Any]]:
        """Messages, newest first."""
        return [_json(message) for message in self.messages.search(kind, to)]

    async def page(self, kind: Kind | Literal[""] = "", to: str = "") -> HTMLResponse:
        """The same, to look at."""
        found = self.messages.search(kind, to)
        return HTMLResponse(render("outbox.html", messages=found, kind=kind, to=to))

    async def html(self, identifier: str) -> HTMLResponse:
        """The HTML part of a mail, with nothing allowed to run."""
        message = self._one(identifier)
        if message.html is None:
            raise HTTPException(404, "ce message n'a pas de partie HTML")
        return HTMLResponse(message.html, headers=SANDBOX)

    async def attachment(self, identifier: str, number: int) -> FileResponse:
        """A file of a mail, to save."""
        attachments = self._one(identifier).attachments
        if not 0 <= number < len(attachments):
            raise HTTPException(404, "pas de telle pièce jointe")
        chosen = attachments[number]
        return FileResponse(
            self.messages.file(chosen),
            media_type=chosen.media_type,
            filename=chosen.name,
            headers={"X-Content-Type-Options": "nosniff"},
        )

    def _one(self, identifier: str) -> Message:
        message = self.messages.find(identifier)
        if message is None:
            raise HTTPException(404, "pas de tel message")
        return message


async def _cut_short() -> AsyncIterator[bytes]:
    """An answer that breaks off before a byte of it: the sender cannot know whether the message was taken."""
    raise ConnectionAbortedError("as asked")
    yield b""


def _json(message: Message) -> dict[str, Any]:
    content = message.model_dump(mode="json")
    for number, attachment in enumerate(content["attachments"]):
        attachment["url"] = f"/messages/{message.id}/attachments/{number}"
    return content


def build(messages: Messages, smtp: tuple[str, int]) -> FastAPI:
    """The application; its lifespan holds the SMTP server, at the address `smtp`."""
    outbox = Outbox(messages)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        server = await listen(messages, outbox.faults, *smtp)
        yield
        server.close()

    app = FastAPI(title="Boîte d'envoi de l'environnement d'essai", lifespan=lifespan)
    # A page of another site cannot read this one by pointing its own name at the loopback address.
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"])
    app.add_api_route("/sms", outbox.send_sms, methods=["POST"], status_code=202)
    app.add_api_route("/faults", outbox.set_faults, methods=["POST"])
    app.add_api_route("/api/messages", outbox.list)
    app.add_api_route("/", outbox.page, response_class=HTMLResponse)
    app.add_api_route("/messages/{identifier}/html", outbox.html, response_class=HTMLResponse)
    app.add_api_route("/messages/{identifier}/attachments/{number}", outbox.attachment, response_class=FileResponse)
    return app

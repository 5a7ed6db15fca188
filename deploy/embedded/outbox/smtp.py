"""The SMTP server: takes every mail, sends none on."""

import asyncio
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import cast

from aiosmtpd.smtp import SMTP, Envelope, Session

from deploy.embedded.outbox.faults import Faults
from deploy.embedded.outbox.messages import Message, Messages

MAX_BYTES = 25 * 1024 * 1024
SILENCE_SECONDS = 600


class Inlet:
    """aiosmtpd's handler."""

    def __init__(self, messages: Messages, faults: Faults) -> None:
        self._messages = messages
        self._faults = faults

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep the mail, or fail as asked; returns the SMTP answer."""
        match self._faults.mail:
            case "refuse":
                return "550 5.7.1 Refused, as asked"
            case "timeout":
                await asyncio.sleep(SILENCE_SECONDS)
                return "451 4.3.0 Try again"
        content = envelope.original_content or b""
        self._messages.add(read_mail(content, [str(to) for to in envelope.rcpt_tos], self._messages))
        if self._faults.mail == "accept-then-drop":
            cast("asyncio.WriteTransport", server.transport).abort()
        return "250 2.0.0 Kept"


def read_mail(content: bytes, recipients: list[str], messages: Messages) -> Message:
    """Take a mail apart. `recipients` come from the envelope: they are who gets it, whatever the headers say."""
    mail = message_from_bytes(content, policy=policy.default)
    return Message(
        kind="mail",
        to=recipients,
        sender=str(mail["From"] or ""),
        subject=str(mail["Subject"] or ""),
        message_id=str(mail["Message-ID"]).strip() if mail["Message-ID"] else None,
        text=_body(mail, "plain") or "",
        html=_body(mail, "html"),
        attachments=[
            messages.attach(part.get_filename() or "sans-nom", part.get_content_type(), _bytes(part))
            for part in mail.iter_attachments()
            if isinstance(part, EmailMessage)
        ],
    )


def _body(mail: EmailMessage, kind: str) -> str | None:
    part = mail.get_body(preferencelist=(kind,))
    return str(part.get_content()).replace("\r\n", "\n") if part is not None else None


def _bytes(part: EmailMessage) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else part.as_bytes()


async def listen(messages: Messages, faults: Faults, host: str, port: int) -> asyncio.Server:
    """Take mails on this address, in the running event loop."""
    inlet = Inlet(messages, faults)

    def session() -> SMTP:
        return SMTP(inlet, enable_SMTPUTF8=True, data_size_limit=MAX_BYTES, hostname="outbox", ident="outbox")

    return await asyncio.get_running_loop().create_server(session, host, port)

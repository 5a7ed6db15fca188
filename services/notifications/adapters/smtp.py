"""Hands mails over to an SMTP server (RFC 5321) by aiosmtplib."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from email.headerregistry import Address

import aiosmtplib

from services.notifications.adapters.mime import BadAddress, mime
from services.notifications.application.ports import Accepted, Answer, Lost, Mail, PutOff, Refused, Tls
from shared.telemetry.logs import get_logger

log = get_logger(__name__)


@dataclass(frozen=True)
class SmtpServer:
    """Where and how to connect. `tls`: on connecting, by STARTTLS, or not at all."""

    host: str
    port: int
    tls: Tls
    user: str | None
    password: str | None
    timeout_seconds: float


class SmtpMailer:
    """Implements the port `Mailer`: one connection for each mail."""

    def __init__(self, server: SmtpServer, sender: Address) -> None:
        self._server = server
        self._sender = sender

    async def send(self, mail: Mail, handing_over: Callable[[], Awaitable[None]]) -> Answer:
        """Tries once.

        4xx is put off and 5xx refused (RFC 5321 §4.2.1), except for the connection and the log-in, whose failures are
        ours and not the mail's. From DATA on, a lost connection leaves everybody in the dark (§4.5.3.2.6).
        """
        try:
            data = mime(mail, self._sender)
        except BadAddress as refusal:
            return Refused(refusal.code)
        client = self._client()
        try:
            await client.connect()
        except aiosmtplib.SMTPAuthenticationError:
            return PutOff("smtp-auth")
        except (aiosmtplib.SMTPException, OSError) as error:
            log.warning("smtp.unreachable", error=type(error).__name__)
            return PutOff("smtp-unreachable")
        try:
            return await self._transaction(client, mail.to, data, handing_over)
        finally:
            client.close()

    def _client(self) -> aiosmtplib.SMTP:
        server = self._server
        return aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port,
            use_tls=server.tls == "tls",
            start_tls=server.tls == "starttls",
            username=server.user,
            password=server.password,
            timeout=server.timeout_seconds,
        )

    async def _transaction(
        self, client: aiosmtplib.SMTP, to: str, data: bytes, handing_over: Callable[[], Awaitable[None]]
    ) -> Answer:
        try:
            await client.mail(self._sender.addr_spec)
            await client.rcpt(to)
        except aiosmtplib.SMTPResponseException as answer:
            return _answered(answer.code)
        except (aiosmtplib.SMTPException, OSError):
            return PutOff("smtp-disconnected")
        await handing_over()
        try:
            await client.data(data)
        except aiosmtplib.SMTPDataError as answer:
            return _answered(answer.code)
        except Exception as error:  # noqa: BLE001 - whatever happened here, the server may have taken the mail
            log.warning("smtp.lost_after_data", error=type(error).__name__)
            return Lost("smtp-lost-after-data")
        await _quit(client)
        return Accepted()


def _answered(code: int) -> PutOff | Refused:
    """Codes only: a server's words may repeat the address."""
    return PutOff(f"smtp-{code}") if code < 500 else Refused(f"smtp-{code}")


async def _quit(client: aiosmtplib.SMTP) -> None:
    try:
        await client.quit()
    except (aiosmtplib.SMTPException, OSError) as error:
        log.info("smtp.quit_failed", error=type(error).__name__)

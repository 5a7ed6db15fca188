"""Hands mails over to an SMTP server (RFC 5321) by aiosmtplib, on connections that are kept and used again."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from email.headerregistry import Address

import aiosmtplib

from services.notifications.adapters.mime import BadAddress, mime
from services.notifications.application.ports import Accepted, Answer, Lost, Parcel, PutOff, Refused, Tls
from shared.telemetry.logs import get_logger

log = get_logger(__name__)

SHUTTING_DOWN = 421
# Enhanced codes (RFC 3463 §3.2, §3.3) that speak of the mailbox; without one, what RCPT is refused with.
_OF_THE_MAILBOX = re.compile(r"\b5\.(?:1\.[0-6]|1\.10|2\.1)\b")
_ENHANCED = re.compile(r"\b5\.\d{1,3}\.\d{1,3}\b")
_NO_MAILBOX = {550, 551, 553}
_ADDRESS = re.compile(r"\S*@\S*")
_LONGEST_RECEIPT = 200


@dataclass(frozen=True)
class SmtpServer:
    """Where and how to connect. `tls`: on connecting, by STARTTLS, or not at all.

    A connection carries at most `per_connection` mails, and is not used again after `idle_seconds` without any.
    """

    host: str
    port: int
    tls: Tls
    user: str | None
    password: str | None
    timeout_seconds: float
    per_connection: int = 100
    idle_seconds: float = 20.0


@dataclass
class _Line:
    """A connection, how many mails it carried, and since when it rests (seconds of the event loop)."""

    client: aiosmtplib.SMTP
    carried: int = 0
    resting_since: float = 0.0


class SmtpMailer:
    """Implements the port `Carrier`: each lane of the worker has a connection, kept for its next mail."""

    def __init__(self, server: SmtpServer, sender: Address, sign: Callable[[bytes], bytes] = bytes) -> None:
        self._server = server
        self._sender = sender
        self._sign = sign
        self._resting: list[_Line] = []

    @property
    def provider(self) -> str:
        return "smtp"

    async def send(self, parcel: Parcel, handing_over: Callable[[], Awaitable[None]]) -> Answer:
        """Tries once.

        4xx is put off and 5xx refused (RFC 5321 §4.2.1), except for the connection, the log-in and the sender, whose
        failures are ours and not the mail's. From DATA on, a lost connection leaves everybody in the dark
        (§4.5.3.2.6).
        """
        try:
            data = self._sign(mime(parcel, self._sender))
        except BadAddress as refusal:
            return Refused(refusal.code, address=True)
        begun = await self._begun(parcel.to)
        if not isinstance(begun, _Line):
            return begun
        try:
            await handing_over()
            answer, last = await self._data(begun.client, data)
        except BaseException:
            begun.client.close()
            raise
        await self._put_back(begun, last)
        return answer

    async def close(self) -> None:
        """Takes leave of the server on every connection."""
        while self._resting:
            await _quit(self._resting.pop().client)

    async def _begun(self, to: str) -> _Line | Answer:
        """A connection with its envelope written, or why there is none.

        A server may have left a resting connection: the envelope is then written again on the next one, since nothing
        was handed over yet.
        """
        while True:
            line = await self._line()
            if not isinstance(line, _Line):
                return line
            used = line.carried > 0
            try:
                await line.client.mail(self._sender.addr_spec)
                await line.client.rcpt(to)
            except aiosmtplib.SMTPResponseException as answer:
                await self._put_back(line, answer.code)
                if used and answer.code == SHUTTING_DOWN:
                    continue
                return _answered(answer)
            except (aiosmtplib.SMTPException, OSError):
                line.client.close()
                if used:
                    continue
                return PutOff("smtp-disconnected")
            return line

    async def _line(self) -> _Line | PutOff:
        """The connection that rested last, or a new one."""
        while self._resting:
            line = self._resting.pop()
            rested = asyncio.get_running_loop().time() - line.resting_since
            if line.client.is_connected and rested < self._server.idle_seconds:
                return line
            line.client.close()
        client = self._client()
        try:
            await client.connect()
        except aiosmtplib.SMTPAuthenticationError:
            return PutOff("smtp-auth")
        except (aiosmtplib.SMTPTimeoutError, TimeoutError):
            return PutOff("smtp-timeout")
        except (aiosmtplib.SMTPException, OSError) as error:
            log.warning("smtp.unreachable", error=type(error).__name__)
            return PutOff("smtp-unreachable")
        return _Line(client)

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

    async def _data(self, client: aiosmtplib.SMTP, data: bytes) -> tuple[Answer, int]:
        """What the server says of the mail, and the code by which it did; 0 when nothing was heard."""
        try:
            said = await client.data(data)
        except aiosmtplib.SMTPDataError as answer:
            return _answered(answer), answer.code
        except Exception as error:  # noqa: BLE001 - whatever happened here, the server may have taken the mail
            log.warning("smtp.lost_after_data", error=type(error).__name__)
            return Lost("smtp-lost-after-data"), 0
        return Accepted(self._server.host, _receipt(said)), said.code

    async def _put_back(self, line: _Line, code: int) -> None:
        """Keeps a connection for the next mail, with no envelope begun; one that ends is closed."""
        line.carried += 1
        if code in {0, SHUTTING_DOWN}:
            line.client.close()
            return
        if line.carried >= self._server.per_connection:
            await _quit(line.client)
            return
        if code >= 400:
            try:
                await line.client.rset()
            except (aiosmtplib.SMTPException, OSError):
                line.client.close()
                return
        line.resting_since = asyncio.get_running_loop().time()
        self._resting.append(line)


def _answered(answer: aiosmtplib.SMTPResponseException) -> Answer:
    """Codes only: a server's words may repeat the address."""
    code = f"smtp-{answer.code}"
    if isinstance(answer, aiosmtplib.SMTPSenderRefused) and answer.code >= 500:
        return PutOff("smtp-sender-refused")
    if answer.code < 500:
        return PutOff(code)
    of_the_mailbox = bool(_OF_THE_MAILBOX.search(answer.message))
    if not _ENHANCED.search(answer.message):
        of_the_mailbox = isinstance(answer, aiosmtplib.SMTPRecipientRefused) and answer.code in _NO_MAILBOX
    return Refused(code, address=of_the_mailbox)


def _receipt(said: aiosmtplib.SMTPResponse) -> str:
    """What proves that the server took the mail: its own words, without any address."""
    return _ADDRESS.sub("…", f"{said.code} {said.message}")[:_LONGEST_RECEIPT]


async def _quit(client: aiosmtplib.SMTP) -> None:
    try:
        await client.quit()
    except (aiosmtplib.SMTPException, OSError) as error:
        log.info("smtp.quit_failed", error=type(error).__name__)
        client.close()

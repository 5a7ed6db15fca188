"""Has letters printed and posted by Maileva (La Poste), by its API « Envoi et suivi de courriers », version 2.

A sending is a draft until it is submitted; its documents and recipients are added one by one. `GET` tells at any time
whether it was submitted, so an answer that was lost is asked for again, and no letter goes twice. Written from the
public description of the API, tried against an emulator only.
"""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import httpx
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from services.notifications.application.ports import Accepted, Letter, PutOff, Refused
from shared.kernel.clock import Clock
from shared.sms.outcome import Delivery
from shared.telemetry.logs import get_logger

log = get_logger(__name__)

MAILEVA_FILE = "maileva.json"
# A token is renewed before it ends, so that none ends on its way.
_MARGIN = timedelta(minutes=2)
_LONGEST_LINE = 38
_LINES = 6
_OURS = {httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN, httpx.codes.PAYMENT_REQUIRED}
_STATES = {
    "DRAFT": Delivery.PENDING,
    "PENDING": Delivery.PENDING,
    "ACCEPTED": Delivery.ACCEPTED,
    "PROCESSED": Delivery.DELIVERED,
    "PROCESSED_WITH_ERRORS": Delivery.FAILED,
    "REJECTED": Delivery.FAILED,
}


class MailevaAccount(BaseModel):
    """`maileva.json` in the key folder."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    login: str
    password: SecretStr
    client_id: str
    client_secret: SecretStr
    token_url: str = "https://connexion.maileva.com/auth/realms/services/protocol/openid-connect/token"  # noqa: S105
    url: str = "https://api.maileva.com/mail/v2"
    postage_type: str = Field(default="ECONOMIC", pattern="^(URGENT|FAST|ECONOMIC)$")
    color_printing: bool = False
    duplex_printing: bool = True


class _Failed(Exception):  # noqa: N818 - it carries the answer
    def __init__(self, answer: PutOff | Refused) -> None:
        super().__init__(answer.code)
        self.answer = answer


class Maileva:
    """Implements the port `Post`."""

    def __init__(
        self,
        account: MailevaAccount,
        clock: Clock,
        timeout_seconds: float,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._account = account
        self._clock = clock
        self._client = httpx.AsyncClient(timeout=timeout_seconds, transport=transport)
        self._token = ""
        self._token_until: datetime | None = None

    @property
    def provider(self) -> str:
        return "maileva"

    async def draft(self, letter: Letter) -> str | PutOff | Refused:
        """A sending with its document and its recipient, not submitted yet."""
        lines = [line.strip()[:_LONGEST_LINE] for line in letter.address if line.strip()]
        if not 2 <= len(lines) <= _LINES:
            return Refused("post-address-incomplete", address=True)
        try:
            created = await self._ask("POST", "/sendings", json=self._sending(letter))
            sending = str(created["id"])
            metadata = json.dumps({"priority": 1, "name": letter.name})
            files = {
                "document": (letter.name, letter.document, "application/pdf"),
                "metadata": (None, metadata, "application/json"),
            }
            await self._ask("POST", f"/sendings/{sending}/documents", files=files)
            await self._ask("POST", f"/sendings/{sending}/recipients", json=_recipient(letter, lines))
        except _Failed as failed:
            return failed.answer
        except (KeyError, TypeError):
            return PutOff("post-odd-answer")
        return sending

    async def submit(self, draft: str) -> Accepted | PutOff | Refused:
        """Has it posted. Whether an earlier try had done so is asked first: its answer may have been lost."""
        try:
            if (await self._state(draft)) == "DRAFT":
                await self._ask("POST", f"/sendings/{draft}/submit")
        except _Failed as failed:
            return failed.answer
        return Accepted(self.provider, draft)

    async def followed(self, draft: str) -> Delivery | None:
        """What became of it."""
        try:
            return _STATES.get(await self._state(draft), Delivery.UNKNOWN)
        except _Failed:
            return None

    async def close(self) -> None:
        await self._client.aclose()

    def _sending(self, letter: Letter) -> dict[str, Any]:
        account = self._account
        return {
            # Neither names nor numbers: what stands here is shown on their screens.
            "name": f"CER {letter.id}",
            "custom_id": str(letter.id),
            "postage_type": account.postage_type,
            "color_printing": account.color_printing,
            "duplex_printing": account.duplex_printing,
            # Our letters have their address in the window of the envelope (NF Z 10-011).
            "optional_address_sheet": False,
        }

    async def _state(self, draft: str) -> str:
        found = await self._ask("GET", f"/sendings/{draft}")
        return str(found.get("status", ""))

    async def _ask(self, method: str, path: str, **content: Any) -> dict[str, Any]:
        """Raises _Failed."""
        headers = {"Authorization": f"Bearer {await self._bearer()}", "Accept": "application/json"}
        answer = await self._sent(
            lambda: self._client.build_request(method, self._account.url + path, headers=headers, **content)
        )
        return _object(answer)

    async def _bearer(self) -> str:
        now = self._clock.now()
        if self._token_until is None or now >= self._token_until:
            account = self._account
            form = {
                "grant_type": "password",
                "username": account.login,
                "password": account.password.get_secret_value(),
                "client_id": account.client_id,
                "client_secret": account.client_secret.get_secret_value(),
            }
            answer = await self._sent(lambda: self._client.build_request("POST", account.token_url, data=form))
            found = _object(answer)
            if not isinstance(found.get("access_token"), str):
                raise _Failed(PutOff("post-credentials"))
            self._token = found["access_token"]
            self._token_until = now + timedelta(seconds=float(found.get("expires_in", 0))) - _MARGIN
        return self._token

    async def _sent(self, request: Callable[[], httpx.Request]) -> httpx.Response:
        """The answer that says yes. Raises _Failed."""
        try:
            answer = await self._client.send(request())
        except httpx.HTTPError as error:
            log.warning("post.unreachable", error=type(error).__name__)
            raise _Failed(PutOff("post-unreachable")) from error
        if answer.is_success:
            return answer
        status = answer.status_code
        if status in _OURS:
            self._token_until = None
            raise _Failed(PutOff("post-credentials"))
        if status == httpx.codes.TOO_MANY_REQUESTS:
            raise _Failed(PutOff("post-rate-limited"))
        raise _Failed(Refused(f"post-{status}") if 400 <= status < 500 else PutOff("post-unavailable"))


def _recipient(letter: Letter, lines: list[str]) -> dict[str, str]:
    """Six lines (NF Z 10-011): the first is the person, the last the post code and town."""
    placed = {f"address_line_{number}": line for number, line in enumerate(lines[:-1], start=1)}
    return {"custom_id": str(letter.id), "country_code": "FR", **placed, "address_line_6": lines[-1]}


def _object(answer: httpx.Response) -> dict[str, Any]:
    try:
        found = answer.json() if answer.content else {}
    except ValueError:
        found = {}
    return found if isinstance(found, dict) else {}

"""An SMS gateway over HTTP: `POST {url}/sms` with `{"to", "text", "reference"}`, answered 202 with `{"id"}`."""

import httpx
from pydantic import SecretStr

from services.signature.application.ports import SmsOutcome
from services.signature.domain.otp import SmsStatus
from shared.telemetry.logs import get_logger

log = get_logger(__name__)


class HttpSmsGateway:
    """Implements `SmsGateway`. One try: the gateway has no idempotency key, and a second SMS is the agent's choice."""

    def __init__(self, url: str, timeout_seconds: float, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._url = f"{url.rstrip('/')}/sms"
        self._client = httpx.AsyncClient(timeout=timeout_seconds, transport=transport)

    async def send(self, to: str, text: SecretStr, reference: str) -> SmsOutcome:
        body = {"to": to, "text": text.get_secret_value(), "reference": reference}
        try:
            answer = await self._client.post(self._url, json=body)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            return self._outcome(SmsStatus.FAILED, reference, type(error).__name__)
        except httpx.HTTPError as error:
            # The request had left: the gateway may have taken it.
            return self._outcome(SmsStatus.UNKNOWN, reference, type(error).__name__)
        if answer.status_code == httpx.codes.ACCEPTED:
            return SmsOutcome(SmsStatus.SENT, _receipt(answer))
        refused = 400 <= answer.status_code < 500
        return self._outcome(SmsStatus.FAILED if refused else SmsStatus.UNKNOWN, reference, str(answer.status_code))

    async def close(self) -> None:
        await self._client.aclose()

    def _outcome(self, status: SmsStatus, reference: str, why: str) -> SmsOutcome:
        log.warning("sms.not_confirmed", status=status.value, reference=reference, why=why)
        return SmsOutcome(status)


def _receipt(answer: httpx.Response) -> str | None:
    """The gateway's own reference; one that is missing or odd changes nothing to what was sent."""
    try:
        found = answer.json().get("id")
    except (ValueError, AttributeError):
        return None
    return str(found)[:100] if found is not None else None

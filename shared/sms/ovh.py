"""OVHcloud's SMS API (eu.api.ovh.com, `/sms/{serviceName}`): signed requests, jobs, `ptt` delivery receipts."""

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

import httpx
from pydantic import BaseModel, ConfigDict, SecretStr

from shared.kernel.clock import Clock
from shared.sms.asking import ask, json_of, not_taken
from shared.sms.outcome import Delivery, Receipt, SmsFault, SmsOutcome, SmsStatus
from shared.sms.text import Alphabet, measure

# Minutes after which an SMS that waits for its phone is dropped: the codes it carries live no longer.
VALIDITY_MINUTES = 10
# The clocks are compared again after this time, and at once when a signature is out of time.
DELTA_LIFETIME = timedelta(hours=1)

_OUT_OF_TIME = re.compile(r"QUERY_TIME_OUT|out of time|timestamp|invalid.signature", re.IGNORECASE)
_NO_CREDIT = re.compile(r"\bcredits?\b", re.IGNORECASE)

# "Premium Tracking Technical": 1 and 2 are being tried again, 6 has no final state; all above 4 did not arrive.
_PTT = {
    "1": Delivery.PENDING,
    "2": Delivery.PENDING,
    "3": Delivery.ACCEPTED,
    "4": Delivery.DELIVERED,
    "6": Delivery.UNKNOWN,
}
# "Incorrect, invalid, blacklisted or permanently barred": OVH asks that nothing be sent there any more.
_NO_SUCH_NUMBER = "23"


class OvhAccount(BaseModel):
    """The file `sms-ovh.json`: keys of api.ovh.com/createToken with `POST` and `GET` on `/sms/*`, and the service.

    Without `sender`, OVH sends from a short number; one has to be validated by OVH first.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    application_key: SecretStr
    application_secret: SecretStr
    consumer_key: SecretStr
    service: str
    sender: str | None = None
    url: str = "https://eu.api.ovh.com/1.0"


class OvhSms:
    """Implements `Provider`."""

    name = "ovh"

    def __init__(
        self,
        account: OvhAccount,
        clock: Clock,
        timeout_seconds: float,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._account = account
        self._clock = clock
        self._timeout = timeout_seconds
        self._client = httpx.AsyncClient(timeout=timeout_seconds, transport=transport)
        self._root = account.url.rstrip("/")
        self._delta: tuple[timedelta, datetime] | None = None

    async def send(self, to: str, text: SecretStr, reference: str) -> SmsOutcome:  # noqa: ARG002 - OVH takes none
        """A job for one number. A signature that was out of time is made again once: OVH had taken nothing."""
        body = _job(self._account, to, text.get_secret_value())
        url = f"{self._root}/sms/{quote(self._account.service, safe='')}/jobs"
        answer = await self._ask("POST", url, body)
        if isinstance(answer, httpx.Response) and _is_out_of_time(answer):
            self._delta = None
            answer = await self._ask("POST", url, body)
        return answer if isinstance(answer, SmsOutcome) else self._outcome(answer)

    async def receipt(self, receipt: str) -> Receipt | None:
        url = f"{self._root}/sms/{quote(self._account.service, safe='')}/outgoing/{quote(receipt, safe='')}"
        answer = await self._ask("GET", url, "")
        if isinstance(answer, SmsOutcome) or answer.status_code != httpx.codes.OK:
            return None
        found = json_of(answer)
        ptt = found.get("ptt") if isinstance(found, dict) else None
        return _receipt(receipt, str(ptt)) if ptt is not None else None

    def told(self, fields: Mapping[str, str]) -> Receipt | None:
        return _receipt(fields["id"], fields["ptt"]) if {"id", "ptt"} <= fields.keys() else None

    async def close(self) -> None:
        await self._client.aclose()

    def _outcome(self, answer: httpx.Response) -> SmsOutcome:
        if answer.status_code >= 300:
            return not_taken(answer, self._clock.now(), SmsFault.QUOTA if _has_no_credit(answer) else None)
        job = json_of(answer)
        if not isinstance(job, dict):
            return SmsOutcome(SmsStatus.UNKNOWN, fault=SmsFault.LOST)
        if job.get("invalidReceivers") or job.get("validReceivers") == []:
            return SmsOutcome(SmsStatus.FAILED, fault=SmsFault.NUMBER)
        ids = job.get("ids")
        return SmsOutcome(SmsStatus.SENT, str(ids[0])[:100] if isinstance(ids, list) and ids else None)

    async def _ask(self, method: str, url: str, body: str) -> httpx.Response | SmsOutcome:
        """One signed request. Without OVH's time it cannot be signed: then nothing has left."""
        seconds = await self._time()
        if seconds is None:
            return SmsOutcome(SmsStatus.FAILED, fault=SmsFault.UNAVAILABLE)
        account = self._account
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "X-Ovh-Application": account.application_key.get_secret_value(),
            "X-Ovh-Consumer": account.consumer_key.get_secret_value(),
            "X-Ovh-Timestamp": str(seconds),
            "X-Ovh-Signature": signature(account, (method, url, body, str(seconds))),
        }
        request = self._client.build_request(method, url, content=body.encode() or None, headers=headers)
        return await ask(self._client, request, self._timeout)

    async def _time(self) -> int | None:
        """OVH's present second, by the difference between its clock and ours; none when it does not tell."""
        now = self._clock.now()
        if self._delta is None or now - self._delta[1] > DELTA_LIFETIME:
            request = self._client.build_request("GET", f"{self._root}/auth/time")
            answer = await ask(self._client, request, self._timeout)
            if isinstance(answer, SmsOutcome) or not answer.text.strip().isdecimal():
                return None
            self._delta = timedelta(seconds=int(answer.text)) - timedelta(seconds=int(now.timestamp())), now
        return int(now.timestamp() + self._delta[0].total_seconds())


def signature(account: OvhAccount, signed: tuple[str, str, str, str]) -> str:
    """`$1$` and the SHA-1 of secret, consumer key, method, address, body and second, joined by `+`: OVH's own form."""
    parts = (account.application_secret.get_secret_value(), account.consumer_key.get_secret_value(), *signed)
    return "$1$" + hashlib.sha1("+".join(parts).encode()).hexdigest()  # noqa: S324 - what OVH asks for


def _job(account: OvhAccount, to: str, text: str) -> str:
    job: dict[str, Any] = {
        "receivers": [to],
        "message": text,
        "charset": "UTF-8",
        "coding": "7bit" if measure(text).alphabet is Alphabet.GSM_7 else "8bit",
        "class": "phoneDisplay",
        # Not advertising: no STOP line, and it leaves at night and on Sundays too.
        "noStopClause": True,
        "priority": "high",
        "validityPeriod": VALIDITY_MINUTES,
        "senderForResponse": account.sender is None,
    }
    return json.dumps(job if account.sender is None else {**job, "sender": account.sender}, separators=(",", ":"))


def _receipt(receipt: str, ptt: str) -> Receipt:
    state = _PTT.get(ptt, Delivery.FAILED if ptt.isdecimal() and int(ptt) > 4 else Delivery.UNKNOWN)
    return Receipt(OvhSms.name, state, f"ptt {ptt[:20]}", id=receipt, unreachable=ptt == _NO_SUCH_NUMBER)


def _is_out_of_time(answer: httpx.Response) -> bool:
    return answer.status_code in {400, 401, 403} and _OUT_OF_TIME.search(_said(answer)) is not None


def _has_no_credit(answer: httpx.Response) -> bool:
    return 400 <= answer.status_code < 500 and _NO_CREDIT.search(_said(answer)) is not None


def _said(answer: httpx.Response) -> str:
    """OVH's error code and sentence: to be looked at, never to be logged."""
    found = json_of(answer)
    return f"{found.get('errorCode')} {found.get('message')}" if isinstance(found, dict) else ""

"""A provider with an HTTP API, described by a file: what is sent where, how a yes, a no and a receipt are told.

`sms-http.json` in the key folder, since its headers hold the provider's credentials:

    {
      "url": "https://sms.example/v1/messages",
      "headers": {"Authorization": "Bearer …"},
      "body": {"recipient": "{to}", "content": "{text}", "ref": "{reference}"},
      "number": "digits",
      "accepted": {"status": [200], "where": "status", "equals": ["queued"]},
      "identifier": "message.id",
      "faults": {"where": "error", "kinds": {"invalid_recipient": "number", "no_funds": "quota"}},
      "receipts": {
        "url": "https://sms.example/v1/messages/{id}",
        "identifier": "id", "reference": "ref", "where": "status",
        "states": {"delivered": "delivered", "expired": "failed", "undeliverable": "failed"},
        "unreachable": ["undeliverable"]
      }
    }

A path (`message.id`, `results.0.id`) goes through objects and lists.
"""

import re
from collections.abc import Mapping
from typing import Any, Literal
from urllib.parse import quote

import httpx
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from shared.kernel.clock import Clock
from shared.sms.asking import ask, json_of, not_taken
from shared.sms.outcome import Delivery, Receipt, SmsFault, SmsOutcome, SmsStatus

_PLACE = re.compile(r"\{(to|text|reference)\}")


class _Described(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class Accepted(_Described):
    """When the provider took the SMS: one of these statuses and, where `where` is given, one of these values there."""

    status: tuple[int, ...] = (200, 201, 202)
    where: str | None = None
    equals: tuple[str, ...] = ()


class Faults(_Described):
    """What the provider's own error codes, or HTTP statuses, mean; others go by the status alone."""

    where: str | None = None
    kinds: dict[str, SmsFault] = {}


class Receipts(_Described):
    """Delivery receipts. `url` (with `{id}`) is asked where the provider does not bring them by itself.

    `unreachable`: of the words of a failure, those that say that nobody has this number.
    """

    url: str | None = None
    identifier: str | None = None
    reference: str | None = None
    where: str
    states: dict[str, Delivery]
    unreachable: tuple[str, ...] = ()


class Description(_Described):
    """The file."""

    url: str
    name: str = Field(default="http", pattern=r"^[a-z][a-z0-9-]{0,19}$")
    method: Literal["POST", "PUT", "GET"] = "POST"
    headers: dict[str, SecretStr] = {}
    encoding: Literal["json", "form", "query"] = "json"
    number: Literal["e164", "digits", "00"] = "e164"
    body: dict[str, Any] = {"to": "{to}", "text": "{text}", "reference": "{reference}"}
    accepted: Accepted = Accepted()
    identifier: str | None = "id"
    faults: Faults = Faults()
    receipts: Receipts | None = None


def emulator(url: str) -> Description:
    """The gateway of the embedded system: `POST {url}/sms`, answered 202 with `{"id"}`."""
    return Description(
        name="emulator",
        url=f"{url.rstrip('/')}/sms",
        accepted=Accepted(status=(202,)),
        faults=Faults(kinds={"422": SmsFault.NUMBER}),
    )


class DescribedSms:
    """Implements `Provider`."""

    def __init__(
        self,
        description: Description,
        clock: Clock,
        timeout_seconds: float,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._by = description
        self._clock = clock
        self._timeout = timeout_seconds
        headers = {name: value.get_secret_value() for name, value in description.headers.items()}
        self._client = httpx.AsyncClient(timeout=timeout_seconds, transport=transport, headers=headers)

    @property
    def name(self) -> str:
        return self._by.name

    async def send(self, to: str, text: SecretStr, reference: str) -> SmsOutcome:
        values = {"to": self._number(to), "text": text.get_secret_value(), "reference": reference}
        body = _filled(self._by.body, values)
        match self._by.encoding:
            case "json":
                request = self._client.build_request(self._by.method, self._by.url, json=body)
            case "form":
                request = self._client.build_request(self._by.method, self._by.url, data=body)
            case "query":
                request = self._client.build_request(self._by.method, self._by.url, params=body)
        answer = await ask(self._client, request, self._timeout)
        return answer if isinstance(answer, SmsOutcome) else self._outcome(answer)

    async def receipt(self, receipt: str) -> Receipt | None:
        by = self._by.receipts
        if by is None or by.url is None:
            return None
        request = self._client.build_request("GET", by.url.replace("{id}", quote(receipt, safe="")))
        answer = await ask(self._client, request, self._timeout)
        if isinstance(answer, SmsOutcome) or answer.status_code != httpx.codes.OK:
            return None
        said = _at(json_of(answer), by.where)
        return None if said is None else self._receipt(by, said, receipt, None)

    def told(self, fields: Mapping[str, str]) -> Receipt | None:
        by = self._by.receipts
        said = fields.get(by.where) if by is not None else None
        if by is None or said is None:
            return None
        identifier = fields.get(by.identifier) if by.identifier else None
        reference = fields.get(by.reference) if by.reference else None
        return None if identifier is None and reference is None else self._receipt(by, said, identifier, reference)

    async def close(self) -> None:
        await self._client.aclose()

    def _number(self, to: str) -> str:
        return {"e164": to, "digits": to[1:], "00": f"00{to[1:]}"}[self._by.number]

    def _outcome(self, answer: httpx.Response) -> SmsOutcome:
        body, yes = json_of(answer), self._by.accepted
        if answer.status_code not in yes.status:
            return not_taken(answer, self._clock.now(), self._fault(body, answer.status_code))
        if yes.where is not None:
            said = _at(body, yes.where)
            if said is None:
                return SmsOutcome(SmsStatus.UNKNOWN, fault=SmsFault.LOST)
            if said not in yes.equals:
                fault = self._fault(body, answer.status_code) or SmsFault.REFUSED
                return not_taken(answer, self._clock.now(), fault)
        return SmsOutcome(SmsStatus.SENT, _at(body, self._by.identifier) if self._by.identifier else None)

    def _fault(self, body: Any, status: int) -> SmsFault | None:
        """What the provider's code means; its status where it tells none."""
        told = self._by.faults
        said = _at(body, told.where) if told.where else None
        return told.kinds.get(said or "") or told.kinds.get(str(status))

    def _receipt(self, by: Receipts, said: str, identifier: str | None, reference: str | None) -> Receipt:
        state = by.states.get(said, Delivery.UNKNOWN)
        never = state is Delivery.FAILED and said in by.unreachable
        return Receipt(self.name, state, said[:40], identifier, reference, unreachable=never)


def _filled(part: Any, values: Mapping[str, str]) -> Any:
    """The body with the places filled, in one pass: a text that holds `{to}` stays as it is."""
    if isinstance(part, dict):
        return {name: _filled(value, values) for name, value in part.items()}
    if isinstance(part, list):
        return [_filled(value, values) for value in part]
    return _PLACE.sub(lambda found: values[found[1]], part) if isinstance(part, str) else part


def _at(body: Any, path: str) -> str | None:
    """What stands at a path of an answer, as text; none when there is no such thing."""
    found = body
    for step in path.split("."):
        if isinstance(found, dict):
            found = found.get(step)
        elif isinstance(found, list) and step.isdecimal() and int(step) < len(found):
            found = found[int(step)]
        else:
            return None
    return None if found is None or isinstance(found, dict | list) else str(found)[:100]

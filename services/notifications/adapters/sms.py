"""Hands SMS over to the gateway that signature uses too."""

from collections.abc import Awaitable, Callable

from pydantic import SecretStr

from services.notifications.application.ports import Accepted, Answer, Lost, Parcel, PutOff, Refused
from shared.sms.gateway import SmsGateway
from shared.sms.outcome import SmsFault, SmsOutcome, SmsStatus

# What is wrong with the account or the line is our trouble: the SMS waits until it is settled.
_OURS = {SmsFault.CREDENTIALS, SmsFault.QUOTA, SmsFault.RATE_LIMITED, SmsFault.UNAVAILABLE}


class SmsCarrier:
    """Implements the port `Carrier`."""

    def __init__(self, gateway: SmsGateway) -> None:
        self._gateway = gateway

    @property
    def provider(self) -> str:
        return "sms"

    async def send(self, parcel: Parcel, handing_over: Callable[[], Awaitable[None]]) -> Answer:
        """Tries once. Only an answer that says no, or no connection, makes it sure that nothing has left."""
        text = parcel.words.sms
        if text is None:
            return Refused("no-sms-text")
        await handing_over()
        return _answer(await self._gateway.send(parcel.to, SecretStr(text), str(parcel.id)))

    async def close(self) -> None:
        """The gateway is its owner's to close."""


def _answer(outcome: SmsOutcome) -> Answer:
    if outcome.status is SmsStatus.SENT:
        return Accepted(outcome.provider or "", outcome.receipt)
    if outcome.status is SmsStatus.UNKNOWN or outcome.fault is None:
        return Lost("sms-lost")
    code = f"sms-{outcome.fault.value}"
    return PutOff(code) if outcome.fault in _OURS else Refused(code, address=outcome.fault is SmsFault.NUMBER)

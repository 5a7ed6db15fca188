"""The port: what a service asks of its SMS gateway, and what one provider has to do for it."""

from collections.abc import Mapping
from typing import Protocol

from pydantic import SecretStr

from shared.sms.outcome import Receipt, SmsOutcome


class SmsGateway(Protocol):
    """Sends SMS and says what became of them. Never raises: what it could not do, or does not know, is its outcome."""

    async def send(self, to: str, text: SecretStr, reference: str) -> SmsOutcome:
        """Hands one SMS over, once; `to` is E.164, `reference` is ours and holds no personal data."""
        ...

    async def receipt(self, provider: str, receipt: str) -> Receipt | None:
        """Asks a provider what became of an SMS that it took; none when it says nothing yet."""
        ...

    def told(self, provider: str, fields: Mapping[str, str]) -> Receipt | None:
        """The receipt that a provider brought by itself; none when this is no receipt of that provider."""
        ...


class Provider(Protocol):
    """One provider, asked once for each SMS: nothing here sends again."""

    @property
    def name(self) -> str:
        """How it is called in metrics, in the database and in the address of its receipts."""
        ...

    async def send(self, to: str, text: SecretStr, reference: str) -> SmsOutcome:
        """As the gateway."""
        ...

    async def receipt(self, receipt: str) -> Receipt | None:
        """As the gateway."""
        ...

    def told(self, fields: Mapping[str, str]) -> Receipt | None:
        """As the gateway."""
        ...

    async def close(self) -> None:
        """Lets its connections go."""
        ...

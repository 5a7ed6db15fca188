"""What is known of an SMS: whether it was taken, why not, and what became of it since."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class SmsStatus(StrEnum):
    """What is known of the handing over.

    What is sent is stored as `unknown` before it leaves, so that a crash in between tells the truth by itself.
    """

    UNKNOWN = "unknown"
    SENT = "sent"
    FAILED = "failed"

    @property
    def label(self) -> str:
        """How agents read it."""
        return {"unknown": "envoi incertain", "sent": "envoyé", "failed": "non envoyé"}[self]


class SmsFault(StrEnum):
    """Why an SMS was not taken for sure. Only `lost` leaves it possible that it was."""

    NUMBER = "number"
    CREDENTIALS = "credentials"
    QUOTA = "quota"
    RATE_LIMITED = "rate-limited"
    UNAVAILABLE = "unavailable"
    REFUSED = "refused"
    LOST = "lost"


class Delivery(StrEnum):
    """What the provider says of an SMS that it took (its delivery receipt)."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    FAILED = "failed"
    UNKNOWN = "unknown"

    @property
    def label(self) -> str:
        """How agents read it."""
        return _DELIVERIES[self]

    @property
    def final(self) -> bool:
        """No other receipt follows."""
        return self in {Delivery.DELIVERED, Delivery.FAILED, Delivery.UNKNOWN}


_DELIVERIES = {
    Delivery.PENDING: "en cours de remise",
    Delivery.ACCEPTED: "remis à l'opérateur",
    Delivery.DELIVERED: "reçu par le téléphone",
    Delivery.FAILED: "non remis au téléphone",
    Delivery.UNKNOWN: "remise inconnue de l'opérateur",
}


@dataclass(frozen=True)
class SmsOutcome:
    """What is known after handing an SMS over.

    `receipt` is the provider's own id of it; `retry_after` how long the provider asks not to be asked again.
    """

    status: SmsStatus
    receipt: str | None = None
    fault: SmsFault | None = None
    provider: str | None = None
    retry_after: timedelta | None = None


@dataclass(frozen=True)
class Receipt:
    """A delivery receipt. `id` is the provider's, `reference` ours where it gives it back; `said` its own word.

    `unreachable`: nobody is ever reached at that number; other SMS that did not arrive may, when sent again.
    """

    provider: str
    state: Delivery
    said: str
    id: str | None = None
    reference: str | None = None
    unreachable: bool = False

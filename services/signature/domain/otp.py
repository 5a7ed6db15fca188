"""The one-time code: bound and compared. It exists in memory and in the SMS, nowhere else.

Length and life: OWASP ASVS 5.0, 6.5 (at most 10 minutes, single use); the tries allowed are in `rules`.
"""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from pydantic import SecretStr

from shared.security import onetime
from shared.sms.outcome import Delivery, SmsFault, SmsStatus

LIFETIME = onetime.LIFETIME


@dataclass(frozen=True)
class Binding:
    """What a code is good for: this request, this number, this very PDF."""

    request_id: UUID
    phone: str = field(repr=False)
    document_sha256: str


@dataclass
class Code:
    """A code that was made: its keyed hash, what became of its SMS, and of the link that the SMS bore.

    `delivery` is the provider's receipt; of the link's token, and of the session that it opened, there are only hashes.
    """

    id: UUID
    sequence: int
    keyed_hash: str
    asked_at: datetime
    asked_by: str
    status: SmsStatus = SmsStatus.UNKNOWN
    receipt: str | None = None
    provider: str | None = None
    fault: SmsFault | None = None
    delivery: Delivery | None = None
    link_hash: str | None = None
    link_opened_at: datetime | None = None
    session_hash: str | None = None

    @property
    def expires_at(self) -> datetime:
        """The instant from which it counts no more."""
        return self.asked_at + LIFETIME


def keyed_hash(pepper: bytes, binding: Binding, code: SecretStr) -> str:
    """HMAC-SHA256, in hexadecimal, of the code and of all that it is bound to. The pepper is not in the database."""
    bound = (str(binding.request_id), binding.phone, binding.document_sha256)
    return onetime.keyed_hash(pepper, "otp", *bound, code.get_secret_value())


def matches(pepper: bytes, binding: Binding, code: SecretStr, expected: str) -> bool:
    """Whether this is the code that was hashed; takes the same time whatever differs."""
    return onetime.same(keyed_hash(pepper, binding, code), expected)

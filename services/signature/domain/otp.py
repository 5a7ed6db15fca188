"""The one-time code: made, bound and compared. It exists in memory and in the SMS, nowhere else.

Length and life: OWASP ASVS 5.0, 6.5 (at most 10 minutes, single use); the tries allowed are in `rules`.
"""

import hmac
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from pydantic import SecretStr

from shared.sms.outcome import Delivery, SmsFault, SmsStatus

LIFETIME = timedelta(minutes=10)
DIGITS = 6


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


def new_code() -> SecretStr:
    """Six digits from the system's CSPRNG, each value equally likely."""
    return SecretStr(f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}")


def keyed_hash(pepper: bytes, binding: Binding, code: SecretStr) -> str:
    """HMAC-SHA256, in hexadecimal, of the code and of all that it is bound to. The pepper is not in the database."""
    parts = ("otp", str(binding.request_id), binding.phone, binding.document_sha256, code.get_secret_value())
    return hmac.digest(pepper, "|".join(parts).encode(), "sha256").hex()


def matches(pepper: bytes, binding: Binding, code: SecretStr, expected: str) -> bool:
    """Whether this is the code that was hashed; takes the same time whatever differs."""
    return hmac.compare_digest(keyed_hash(pepper, binding, code), expected)


def phone_mark(pepper: bytes, phone: str) -> str:
    """What the day's count of a number is kept under: the number cannot be read back from it without the pepper."""
    return hmac.digest(pepper, f"phone|{phone}".encode(), "sha256").hex()


def fingerprint(pepper: bytes, plain: str) -> str:
    """A fingerprint of what holds a code, under the pepper: from a plain one the six digits could be found again."""
    return hmac.digest(pepper, plain.encode(), "sha256").hex()

"""One-time codes and links: made, and hashed under a pepper. They exist in memory and in what is sent, nowhere else.

The same limits hold wherever a code is asked for.
"""

import base64
import hmac
import secrets
from datetime import timedelta

from pydantic import SecretStr

DIGITS = 6
BYTES = 16
# A code counts for so long (ASVS 5.0, 6.5); wrong tries are counted over the life of what it opens.
LIFETIME = timedelta(minutes=10)
MAX_TRIES = 5
MAX_CODES = 3
CODE_INTERVAL = timedelta(seconds=30)
CODES_A_NUMBER_A_DAY = 5


def new_code() -> SecretStr:
    """Six digits from the system's CSPRNG, each value equally likely."""
    return SecretStr(f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}")


def new_token() -> SecretStr:
    """128 bits from the system's CSPRNG, as 22 characters of the GSM 7-bit alphabet."""
    return SecretStr(secrets.token_urlsafe(BYTES))


def keyed_hash(pepper: bytes, *parts: str) -> str:
    """HMAC-SHA256, in hexadecimal, of these parts; the first says what they are. The pepper is not in the database."""
    return hmac.digest(pepper, "|".join(parts).encode(), "sha256").hex()


def same(one: str, other: str) -> bool:
    """Whether two hashes are the same; takes the same time whatever differs."""
    return hmac.compare_digest(one.encode(), other.encode())


def phone_mark(pepper: bytes, phone: str) -> str:
    """What the day's count of a number is kept under: the number cannot be read back from it without the pepper."""
    return keyed_hash(pepper, "phone", phone)


def fingerprint(pepper: bytes, plain: str) -> str:
    """A fingerprint of what holds a code, under the pepper: from a plain one the six digits could be found again."""
    return keyed_hash(pepper, plain)


def derived_token(pepper: bytes, *parts: str) -> SecretStr:
    """128 bits that nobody finds without the pepper, always the same for these parts: nothing of it has to be kept."""
    made = hmac.digest(pepper, "|".join(("token", *parts)).encode(), "sha256")[:BYTES]
    return SecretStr(base64.urlsafe_b64encode(made).rstrip(b"=").decode())

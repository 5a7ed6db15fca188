"""NIRs to keyed hashes. Implements the port `Nirs`; the key is a file, outside the database.

A number is 13 characters and a key of two (INSEE, répertoire national d'identification des personnes physiques): the
CAF's flow has the 13, other files the 15. The hash is HMAC-SHA-256 (RFC 2104) of the 13.
"""

import hmac
import re
from dataclasses import dataclass, field
from pathlib import Path

from stdnum.exceptions import ValidationError
from stdnum.fr import nir as insee

from services.contracts.domain.dossiers.nir import NirHash, UnusableNir

MIN_KEY_BYTES = 32
KEYED = "hmac:"

# Sex, year, month (beyond 12: unknown or incomplete), département with 2A and 2B, commune, order.
_SHAPE = re.compile(r"[1-8][0-9]{2}(0[1-9]|1[0-2]|20|3[0-9]|4[0-2]|[5-9][0-9])([0-9]{2}|2[AB])[0-9]{3}(?!000)[0-9]{3}")
# 3 and 4: being registered; 7 and 8: temporary. Both are replaced by a number in 1 or 2.
_DEFINITIVE = frozenset("12")


class NirKeyUnusable(Exception):  # noqa: N818 - it says what the file is
    """The configured key cannot serve: the service does not start without it."""


@dataclass(frozen=True)
class KeyedNirs:
    """Hashes with this key."""

    key: bytes = field(repr=False)

    def read(self, text: str) -> NirHash | UnusableNir | None:
        """The hash of a number as a file has it, with or without its key; none when the text is empty."""
        if not text.strip():
            return None
        if text.startswith(KEYED):
            return _kept(text)
        if text == UnusableNir.PROVISIONAL.value:
            return UnusableNir.PROVISIONAL
        number = compact(text)
        if number is None:
            return UnusableNir.UNREADABLE
        if number[0] not in _DEFINITIVE:
            return UnusableNir.PROVISIONAL
        return NirHash(hmac.digest(self.key, f"nir|{number}".encode(), "sha256"))


def shown(read: NirHash | UnusableNir | None) -> str:
    """What stands in a staged file in the place of the number, to be read back."""
    if isinstance(read, UnusableNir):
        return read.value
    return KEYED + read.hex() if read is not None else ""


def compact(text: str) -> str | None:
    """The 13 characters of what may be a NIR; none for another text, or when its key is wrong."""
    if len(text) > 40 or not text.isascii():
        return None
    number = insee.compact(text).replace("-", "")
    if _SHAPE.fullmatch(number[:13]) is None:
        return None
    try:
        whole = insee.validate(number) if len(number) > 13 else number
    except ValidationError:
        return None
    return whole[:13]


def _kept(text: str) -> NirHash | UnusableNir:
    digits = text.removeprefix(KEYED)
    return NirHash(bytes.fromhex(digits)) if re.fullmatch(r"[0-9a-f]{64}", digits) else UnusableNir.UNREADABLE


def nirs_of(key_file: Path | None) -> KeyedNirs | None:
    """None when no key is configured: then no NIR is read at all. Raises NirKeyUnusable."""
    if key_file is None:
        return None
    try:
        key = key_file.read_bytes().strip()
    except OSError:
        raise NirKeyUnusable(f"CER_NIR_KEY_FILE: {key_file} cannot be read") from None
    if len(key) < MIN_KEY_BYTES:
        raise NirKeyUnusable(f"CER_NIR_KEY_FILE: {key_file} holds less than {MIN_KEY_BYTES} bytes")
    return KeyedNirs(key)

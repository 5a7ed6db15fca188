"""The serial of a printed copy of the CER vierge: in its QR code, and in letters beside it for who has to type it.

`CERV-7K3M-Q9F2-XA8D-57`: twelve random signs of Crockford's base 32 (no I, L, O, U: nobody takes one for another), then
two check digits (ISO/IEC 7064 MOD 97-10): any one wrong sign, and any two neighbours changed round, are caught. It says
nothing of a person: a copy belongs to nobody until its scan is attached to a dossier.
"""

import re
import secrets
from dataclasses import dataclass
from typing import Self

from shared.kernel.errors import Invalid

PREFIX = "CERV"
SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 12

_FORM = re.compile(rf"{PREFIX}([{SIGNS}]{{{LENGTH}}})([0-9]{{2}})")
_BETWEEN = re.compile(r"[\s-]+")
# Crockford: what a person types for a digit is that digit. None of these stands in a serial.
_MISTAKEN = str.maketrans("OIL", "011")


class BadSerial(Invalid):
    """What was read or typed is not the serial of a CER vierge."""

    code = "serial-bad"
    title = "Numéro de CER vierge incorrect"


@dataclass(frozen=True, order=True)
class Serial:
    """A serial that passed its check; `str()` is what the QR code holds and what is printed."""

    body: str

    @classmethod
    def new(cls) -> Self:
        """A serial that no other copy has: 60 random bits, so copies may be printed where the system is down."""
        return cls.numbered(secrets.randbits(5 * LENGTH))

    @classmethod
    def numbered(cls, number: int) -> Self:
        """The serial of a number below 2**60: for who wants the same one again."""
        if not 0 <= number < 32**LENGTH:
            raise ValueError("a serial holds 60 bits")
        return cls("".join(SIGNS[number >> (5 * place) & 31] for place in reversed(range(LENGTH))))

    @classmethod
    def parse(cls, text: str) -> Self:
        """What a QR code holds or a person types: spaces, dashes and small letters do not matter. Raises BadSerial."""
        packed = _BETWEEN.sub("", text.upper())
        found = _FORM.fullmatch(PREFIX + packed.removeprefix(PREFIX).translate(_MISTAKEN))
        if found is None or not packed.startswith(PREFIX):
            raise BadSerial(
                f"Un numéro de CER vierge a la forme {PREFIX}-XXXX-XXXX-XXXX-00 : relisez-le sur la feuille."
            )
        body, check = found.groups()
        if check != _check_digits(body):
            raise BadSerial("Un signe de ce numéro de CER vierge est faux ou manque : relisez-le sur la feuille.")
        return cls(body)

    def __post_init__(self) -> None:
        if not re.fullmatch(rf"[{SIGNS}]{{{LENGTH}}}", self.body):
            raise ValueError("a serial has twelve signs of its alphabet")

    def __str__(self) -> str:
        groups = (self.body[at : at + 4] for at in range(0, LENGTH, 4))
        return "-".join((PREFIX, *groups, _check_digits(self.body)))


def _check_digits(body: str) -> str:
    """ISO/IEC 7064 MOD 97-10, each sign as its place in the alphabet, always in two digits.

    An IBAN writes a figure in one digit and a letter in two, which lets some slips through (a `0` read as `A`).
    """
    digits = "".join(f"{SIGNS.index(sign):02d}" for sign in body)
    return f"{98 - int(digits) * 100 % 97:02d}"

"""The order of names in a French list (AFNOR NF Z 44-001): letters first, then accents, which count from the end."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l", "đ": "d", "þ": "th"})
_BETWEEN = " "


def french(text: str) -> tuple[str, tuple[str, ...], str]:
    """The key to sort by. Hyphens, apostrophes and spaces are alike, and stand before letters."""
    decomposed = unicodedata.normalize("NFD", text.casefold().translate(_LIGATURES))
    letters: list[str] = []
    accents: list[str] = []
    for sign in decomposed:
        if unicodedata.combining(sign):
            if accents:
                accents[-1] += sign
            continue
        letters.append(sign if sign.isalnum() else _BETWEEN)
        accents.append("")
    return " ".join("".join(letters).split()), tuple(reversed(accents)), text


@dataclass(frozen=True)
class Names:
    """Whom some documents are for: family name, then first name."""

    of: Mapping[UUID, tuple[str, str]]

    def key(self, document: UUID) -> tuple[object, ...]:
        """To sort by; two persons of one name stand in an order that is always the same."""
        return (*map(french, self.of[document]), str(document))

    def shown(self, document: UUID) -> str:
        """As a list has it."""
        return " ".join(part for part in self.of[document] if part)

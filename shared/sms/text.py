"""How an SMS is coded (GSM 7-bit or UCS-2, 3GPP TS 23.038 §6.2) and cut into segments (TS 23.040 §9.2.3.24)."""

import unicodedata
from dataclasses import dataclass
from enum import StrEnum

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
# Behind an escape: each takes two places (§6.2.1.1).
_EXTENSION = frozenset("\f^{}\\[~]|€")

# What the alphabet has not, and how it is written then. `ç` is not its `Ç`: it loses its cedilla as other letters do.
_WRITTEN = str.maketrans(
    {
        "’": "'",
        "‘": "'",
        "“": '"',
        "”": '"',
        "«": '"',
        "»": '"',
        "–": "-",
        "—": "-",
        "…": "...",
        "œ": "oe",
        "Œ": "OE",
        "°": "o",
        "\u00a0": " ",
        "\u202f": " ",
        "\u2009": " ",
        "\t": " ",
    }
)


class Alphabet(StrEnum):
    """How the text travels."""

    GSM_7 = "gsm-7"
    UCS_2 = "ucs-2"


_ALONE = {Alphabet.GSM_7: 160, Alphabet.UCS_2: 70}
_IN_A_CHAIN = {Alphabet.GSM_7: 153, Alphabet.UCS_2: 67}


@dataclass(frozen=True)
class Size:
    """What a text costs. `units` are septets, or 16-bit units in UCS-2."""

    alphabet: Alphabet
    units: int
    segments: int


def measure(text: str) -> Size:
    """The size of a text as it is: one character out of the alphabet, and all of it is UCS-2."""
    alphabet = Alphabet.GSM_7 if all(char in _BASIC or char in _EXTENSION for char in text) else Alphabet.UCS_2
    units = [_units(char, alphabet) for char in text]
    if sum(units) <= _ALONE[alphabet]:
        return Size(alphabet, sum(units), 1)
    return Size(alphabet, sum(units), _chained(units, _IN_A_CHAIN[alphabet]))


def transliterated(text: str) -> str:
    """The text in the GSM 7-bit alphabet: signs by their nearest, other letters without what it has not.

    What has no written form at all becomes `?`, so that nothing is left out unseen.
    """
    return "".join(_plain(char) for char in unicodedata.normalize("NFC", text).translate(_WRITTEN))


def _plain(char: str) -> str:
    if char in _BASIC or char in _EXTENSION:
        return char
    if unicodedata.combining(char):
        return ""
    bare = "".join(part for part in unicodedata.normalize("NFKD", char) if not unicodedata.combining(part))
    return bare if bare and all(part in _BASIC or part in _EXTENSION for part in bare) else "?"


def _units(char: str, alphabet: Alphabet) -> int:
    if alphabet is Alphabet.UCS_2:
        return len(char.encode("utf-16-be")) // 2
    return 2 if char in _EXTENSION else 1


def _chained(units: list[int], room: int) -> int:
    """Segments of a long text: an escape is not parted from its character, nor a surrogate from its twin."""
    segments, used = 1, 0
    for unit in units:
        if used + unit > room:
            segments, used = segments + 1, 0
        used += unit
    return segments

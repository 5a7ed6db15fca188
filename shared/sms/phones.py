"""Which numbers are mobiles that SMS may go to, and how a number is shown."""

import re
from collections.abc import Set as AbstractSet
from typing import Final

# Mobile ranges behind each French prefix: metropolitan France, then La Réunion and Mayotte, Guadeloupe, Guyane and
# Martinique (Arcep, décision 2018-0881), then what numbers itself: Saint-Pierre-et-Miquelon, Wallis-et-Futuna,
# Nouvelle-Calédonie, Polynésie. Other numbers cost much and are how SMS pumping is done.
_FRENCH: Final[dict[str, str]] = {
    "+33": r"[67]\d{8}",
    "+262": r"(692|693|639)\d{6}",
    "+590": r"(690|691)\d{6}",
    "+594": r"694\d{6}",
    "+596": r"(696|697)\d{6}",
    "+508": r"(4[02-489]|5[02-9])\d{4}|708(4[0-5]|5[0-6])\d{4}",
    "+681": r"(72|8[23])\d{4}",
    "+687": r"([579]\d|8[0-79])\d{4}",
    "+689": r"8[7-9]\d{6}",
}
# Of a country that the département lists, every number that can exist (ITU-T E.164).
_ANY = r"\d{6,12}"

FRENCH_PLAN: Final = frozenset({"+33", "+262", "+590", "+594", "+596"})
"""The prefixes of the French numbering plan: those that codes go to unless the département says otherwise."""


def prefixes_of(listed: str) -> frozenset[str]:
    """The prefixes of a setting, `+33,+262`. Raises ValueError for what is none."""
    found = frozenset(part.strip() for part in listed.split(",") if part.strip())
    if not found or not all(re.fullmatch(r"\+[1-9]\d{0,3}", prefix) for prefix in found):
        raise ValueError("prefixes are written +33,+262: at least one")
    return found


def is_mobile(number: str, prefixes: AbstractSet[str] = FRENCH_PLAN) -> bool:
    """Whether a number, in E.164, is a mobile of these prefixes."""
    return any(
        number.startswith(prefix) and re.fullmatch(_FRENCH.get(prefix, _ANY), number.removeprefix(prefix)) is not None
        for prefix in prefixes
    )


def masked(number: str) -> str:
    """How screens and evidence show a number: first two and last two digits of its national form."""
    prefix = next((prefix for prefix in _FRENCH if number.startswith(prefix)), None)
    national = number[-9:] if prefix is None else number.removeprefix(prefix)
    trunk = "0" if prefix is None or prefix in FRENCH_PLAN else ""
    return f"{(trunk + national)[:2]} •• •• •• {national[-2:]}"

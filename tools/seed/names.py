"""Made-up people: names put together from lists, with homonyms as frequent as they really are.

The first surnames follow their real order in France, MARTIN being borne by some 3.6 persons in 1,000; the others are
put together from syllables, so that none is a person's.
"""

import tomllib
from itertools import accumulate, product
from pathlib import Path
from random import Random

_LISTS: dict[str, list[str]] = tomllib.loads((Path(__file__).parent / "names.toml").read_text(encoding="utf-8"))
FREQUENT, WOMEN, MEN = _LISTS["frequent"], _LISTS["women"], _LISTS["men"]
_MIDDLES = ("", "e", "i", "a", "ou", "an", "er")
INVENTED = tuple("".join(parts).upper() for parts in product(_LISTS["beginnings"], _MIDDLES, _LISTS["ends"]))

# The part of the population that bears one of the frequent names, and how fast their frequency falls.
_FREQUENT_PART = 0.053
_WEIGHTS = list(accumulate(1 / (rank + 6) for rank in range(len(FREQUENT))))


def surname(luck: Random) -> str:
    """A surname, frequent or invented."""
    if luck.random() < _FREQUENT_PART:
        return luck.choices(FREQUENT, cum_weights=_WEIGHTS)[0]
    return INVENTED[int(luck.random() * len(INVENTED))]


def prenoms(luck: Random, *, woman: bool) -> tuple[str, ...]:
    """One to three first names."""
    names = WOMEN if woman else MEN
    return tuple(dict.fromkeys(luck.choices(names, k=1 + int(luck.random() * 2.2))))

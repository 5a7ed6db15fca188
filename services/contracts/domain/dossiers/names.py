"""Names as people write, type and mistype them: words without accents, joined forms, near spellings."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import combinations

from rapidfuzz.distance import OSA

from services.contracts.domain.dossiers.household import Person, plain

# Written or left out, joined or apart: `DE LA TOUR`, `LATOUR`.
PARTICLES = frozenset(
    ["DE", "DU", "DES", "D", "LA", "LE", "LES", "L", "DI", "DA", "VAN", "VON", "DER", "DEN", "EL", "AL"]
)
MAX_WORDS = 6
# The shortest word that is worth correcting: of shorter ones, everything is a neighbour.
CORRECTED_FROM = 3
# Two mistakes are only sought in words that are long enough for it, and at their beginning.
_TWO_MISTAKES_FROM = 7


def words(text: str) -> list[str]:
    """`O'Brien-Lefèvre` → O, BRIEN, LEFEVRE."""
    parts = re.split(r"[\W_]+", unicodedata.normalize("NFKC", text))
    return [word for part in parts if (word := plain(part))]


def is_optional(word: str) -> bool:
    """A particle or a single letter: says nothing when a real word stands beside."""
    return len(word) == 1 or word in PARTICLES


def name_words(person: Person) -> list[str]:
    """All the words under which a person is found: each of their names, apart and joined."""
    return words_of(person.nom_naissance, person.nom_usage or "", *person.prenoms)


def words_of(*names: str) -> list[str]:
    """The words of names, each once, apart and joined."""
    found: dict[str, None] = {}
    for name in names:
        found.update(dict.fromkeys(_forms(words(name))))
    return list(found)


def _forms(parts: list[str]) -> Iterator[str]:
    yield from parts
    for start in range(len(parts)):
        if len(parts) - start > 1:
            yield "".join(parts[start:])
        if not is_optional(parts[start]):
            return


def alternatives(asked: list[str]) -> list[list[str]]:
    """For each word that counts, the word and what it makes with those before: `LE GOFF` → GOFF or LEGOFF."""
    counting = [place for place, word in enumerate(asked) if not is_optional(word)] or range(len(asked))
    return [["".join(asked[start : place + 1]) for start in range(place, max(-1, place - 3), -1)] for place in counting]


def spellings(word: str) -> list[str]:
    """What is left of a word without one letter, or two of a long one: two words that share one are neighbours.

    A letter too many, missing, wrong, or two swapped, each leave a common rest (symmetric deletion, W. Garbe 2012).
    """
    start = word[:_TWO_MISTAKES_FROM]
    kept = {start}
    for count in range(1, _mistakes(word) + 1):
        kept.update(_without(start, count))
    return sorted(kept)


def _without(word: str, count: int) -> Iterable[str]:
    return ("".join(letters) for letters in combinations(word, len(word) - count))


def _mistakes(word: str) -> int:
    return 2 if len(word) >= _TWO_MISTAKES_FROM else 1


def is_near(word: str, other: str) -> bool:
    """Whether one may be the other mistyped: one mistake, two in a long word."""
    return OSA.distance(word, other) <= _mistakes(word)


def closeness(one: str, other: str) -> float:
    """From 0 to 1: 1 for the same word, less for each letter added, lost, changed or swapped with its neighbour."""
    return OSA.normalized_similarity(one, other)

"""What an agent typed to find somebody: words of a name in any order, a date of birth, a number."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from services.contracts.domain.dossiers.names import MAX_WORDS, alternatives, is_optional, words
from shared.kernel.errors import FieldProblem, Invalid

_DATE = re.compile(r"(?<!\d)(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?!\d)")
_ISO_DATE = re.compile(r"(?<!\d)(\d{4})-(\d{2})-(\d{2})(?!\d)")
_NUMBER = re.compile(r"\+?\(?\d[\d .()/-]*")
_PREFIX = 0.9


@dataclass(frozen=True)
class Asked:
    """A text read: `words` of a name, `birth`, `number` as typed, without blanks."""

    words: tuple[str, ...] = ()
    birth: date | None = None
    number: str | None = None

    @property
    def single(self) -> str | None:
        """The only word asked for, when it stands alone: then the list by name answers."""
        return "".join(self.words) if len(alternatives(list(self.words))) == 1 else None


def read_asked(text: str) -> Asked:
    """Reads what was typed. Raises Invalid when there is nothing in it to search for."""
    birth, rest = _take_date(text)
    found = _NUMBER.search(rest)
    number = re.sub(r"[^\d+]", "", found.group()) if found else None
    if found:
        rest = f"{rest[: found.start()]} {rest[found.end() :]}"
    typed = words(rest)
    if number is not None and all(is_optional(word) for word in typed):
        typed = []  # the letter that the CAF writes behind its number
    if not typed and birth is None and number is None:
        raise Invalid(
            "La recherche ne contient ni nom, ni numéro, ni date : saisissez par exemple « dupont jean 02/07/1971 ».",
            [FieldProblem("q", "nothing-to-search", "Saisissez un nom, un numéro ou une date de naissance.")],
        )
    if len(typed) > MAX_WORDS:
        raise Invalid(
            f"La recherche porte sur {MAX_WORDS} mots au plus : nom et prénom suffisent.",
            [FieldProblem("q", "too-many-words", f"{MAX_WORDS} mots au plus.")],
        )
    return Asked(tuple(typed), birth, number)


def read_date(text: str, field: str) -> date:
    """A date as typed, French or ISO. Raises Invalid."""
    day, rest = _take_date(text, field)
    if day is None or rest.strip():
        raise Invalid(
            "La date est illisible : écrivez-la JJ/MM/AAAA.",
            [FieldProblem(field, "not-a-date", "Forme attendue : 02/07/1971")],
        )
    return day


def _take_date(text: str, field: str = "q") -> tuple[date | None, str]:
    french, iso = _DATE.search(text), _ISO_DATE.search(text)
    found = iso or french
    if found is None:
        return None, text
    parts = [int(part) for part in found.groups()]
    year, month, day = parts if iso else reversed(parts)
    try:
        born = date(year, month, day)
    except ValueError:
        raise Invalid(
            "Cette date n'existe pas : vérifiez le jour et le mois (JJ/MM/AAAA).",
            [FieldProblem(field, "not-a-date", "Forme attendue : 02/07/1971")],
        ) from None
    return born, f"{text[: found.start()]} {text[found.end() :]}"


def scale(asked: Sequence[str], close: Mapping[tuple[str, str], float]) -> Callable[[Sequence[str]], float]:
    """From 0 to 1: how well the words of a name answer those asked for; `close` holds what was compared before."""
    choices = alternatives(list(asked))

    @cache
    def marks_of(known: str) -> list[float]:
        return [max(_mark(word, known, close) for word in forms) for forms in choices]

    def score(known: Sequence[str]) -> float:
        best = [max(marks, default=0.0) for marks in zip(*map(marks_of, known), strict=True)] if choices else [1.0]
        return round(sum(best) / max(len(choices), 1), 3)

    return score


def _mark(word: str, known: str, close: Mapping[tuple[str, str], float]) -> float:
    if word == known:
        return 1.0
    return _PREFIX if known.startswith(word) else close.get((word, known), 0.0)

"""Motives of a decision and what a returned CER lacks: codes of the admin's lists, put into words, then free text."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from services.validation.domain.lists import KeptList
from services.validation.domain.values import Verdict
from shared.kernel.errors import FieldProblem, Invalid


class UnknownMotive(Invalid):
    """The motives are those of the list that the admin keeps; others are written as free text."""

    code = "unknown-motive"
    title = "Motif inconnu"


class UnknownComplement(Invalid):
    """What is missing is chosen from the list that the admin keeps, or written as free text."""

    code = "unknown-complement"
    title = "Complément inconnu"


def worded(verdict: Verdict, motives: KeptList, on: date) -> Verdict:
    """The verdict with the labels of its codes before its free text. Raises UnknownMotive."""
    labels = _labels(motives, verdict.motive_codes, on, "motive_codes", UnknownMotive)
    return replace(verdict, motives=(*labels, *verdict.motives))


def missing_words(complements: KeptList, codes: Sequence[str], words: Sequence[str], on: date) -> tuple[str, ...]:
    """What is missing, in words: the labels of the codes, then the free text. Raises UnknownComplement."""
    return (*_labels(complements, codes, on, "missing_codes", UnknownComplement), *words)


def _labels(kept: KeptList, codes: Sequence[str], on: date, field: str, refusal: type[Invalid]) -> list[str]:
    unknown = [place for place, code in enumerate(codes) if not kept.usable(code, on)]
    if unknown:
        usable = [f"« {entry.id} »" for entry in kept.entries if kept.usable(entry.id, on)]
        detail = f"Choisissez dans la liste du Département, ou écrivez un texte libre. Possibles : {', '.join(usable)}."
        raise refusal(detail, [FieldProblem(f"{field}.{place}", refusal.code, detail) for place in unknown])
    return [kept.label(code, on) for code in codes]

"""What a new CER starts from: the last one, whose objectives are recalled.

Carried over: nature and number proposed, the duration, what was written of the situation, objectives whose étapes are
not all done, the weekly hours. Never: the note and requests, the accord, the priorité, « dernier contrat », the
expression and the evaluation, which are those of one interview. Source: the guide, « Rappel des objectifs du dernier
CER ».
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from services.contracts.domain.cers.dates import with_defaults
from services.contracts.domain.cers.draft import LONG, Draft, Nature, Objective
from services.contracts.domain.cers.model import Cer
from services.contracts.domain.cers.states import State
from services.contracts.domain.reference.lists import ListName
from services.contracts.domain.reference.snapshot import Reference


@dataclass(frozen=True)
class Proposal:
    """A draft to start from, and the CER that it recalls, to be read beside it.

    `shortened`: not all objectives of that one found room in the situation.
    """

    draft: Draft
    recalled: Cer | None
    shortened: bool = False


def last_of(cers: Sequence[Cer]) -> Cer | None:
    """The CER validated last by its start; where none ever was, the last one that was not."""
    for state in (State.VALIDE, State.NON_VALIDE):
        found = [cer for cer in cers if cer.state is state]
        if found:
            return max(found, key=lambda cer: (cer.draft.date_debut or date.min, cer.draft.numero))
    return None


def proposal(cers: Sequence[Cer], numero: int, today: date, reference: Reference) -> Proposal:
    """What to start from on this legal date. The appointment is taken to be today.

    A theme or a diagnostic that cannot be chosen any more is left to be chosen.
    """
    last = last_of(cers)
    if last is None:
        return Proposal(with_defaults(Draft(numero=numero, nature=Nature.PREMIER, date_signature=today)), None)
    former = last.draft
    situation, shortened = _situation(former, reference, today)
    draft = Draft(
        numero=numero,
        nature=Nature.RENOUVELLEMENT if last.state is State.VALIDE else Nature.PREMIER,
        date_signature=today,
        duration_months=former.duration_months,
        situation=situation,
        objectives=tuple(_continued(one, reference, today) for one in former.objectives if not _is_done(one)),
        weekly_hours=former.weekly_hours,
    )
    return Proposal(with_defaults(draft), last, shortened)


def _situation(former: Draft, reference: Reference, today: date) -> tuple[str, bool]:
    """The former text with these objectives recalled in place of earlier ones, and whether some did not fit."""
    written = _RECALL.sub("", former.situation).strip()
    if not former.objectives:
        return written, False
    start = f"{written}\n\n" if written else ""
    lines = [f"Rappel des objectifs du CER n° {former.numero} :"]
    lines += [_recalled(objective, reference, today) for objective in former.objectives]
    if len(whole := start + "\n".join(lines)) <= LONG:
        return whole, False
    while len(lines) > 1 and len(start + "\n".join((*lines, _SHORTENED))) > LONG:
        lines.pop()
    return (start + "\n".join((*lines, _SHORTENED)) if len(lines) > 1 else written), True


# What `_situation` writes: a heading, and one line for each objective.
_RECALL = re.compile(r"^Rappel des objectifs du CER n° \d+ :(?:\n- .*)*\n*", re.MULTILINE)
_SHORTENED = "- La suite ne tient pas ici : lisez les objectifs de ce CER."


def _recalled(objective: Objective, reference: Reference, today: date) -> str:
    known = reference.lists[ListName.THEMES].find(objective.theme) if objective.theme else None
    theme = known.label(today) if known else "Objectif"
    steps = [f"{etape.label} ({'fait' if etape.done else 'non fait'})" for etape in objective.etapes]
    line = f"- {theme} : {objective.person_does}" + (f" Étapes : {', '.join(steps)}." if steps else "")
    return " ".join(line.split())


def _is_done(objective: Objective) -> bool:
    return bool(objective.etapes) and all(etape.done for etape in objective.etapes)


def _continued(objective: Objective, reference: Reference, today: date) -> Objective:
    """What is left to do of it, as an objective of its own."""
    left = tuple(etape.bare() for etape in objective.etapes if not etape.done)
    theme = objective.theme if _usable(reference, ListName.THEMES, objective.theme, today) else None
    diagnostics = tuple(code for code in objective.diagnostics if _usable(reference, ListName.DIAGNOSTICS, code, today))
    return objective.bare().model_copy(update={"theme": theme, "etapes": left, "diagnostics": diagnostics})


def _usable(reference: Reference, name: ListName, code: str | None, today: date) -> bool:
    entry = reference.lists[name].find(code) if code is not None else None
    return entry is not None and entry.usable(today)

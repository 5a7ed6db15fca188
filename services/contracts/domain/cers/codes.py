"""The codes of the département's lists that a CER holds: which ones, where, and whether they may be chosen."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from services.contracts.domain.cers.draft import Draft
from services.contracts.domain.reference.lists import ListName
from services.contracts.domain.reference.snapshot import Reference
from shared.kernel.errors import FieldProblem

_NOUNS = {
    ListName.REQUESTS: "Cette demande",
    ListName.PRIORITIES: "Cette priorité",
    ListName.THEMES: "Ce thème",
    ListName.DIAGNOSTICS: "Ce diagnostic",
}


@dataclass(frozen=True)
class Held:
    """A code of a list, and the field that holds it (`objectives.0.theme`)."""

    field: str
    list: ListName
    code: str


def held(draft: Draft) -> Iterator[Held]:
    """Every code that the draft holds."""
    for code in draft.requests:
        yield Held("requests", ListName.REQUESTS, code)
    if draft.priority is not None:
        yield Held("priority", ListName.PRIORITIES, draft.priority)
    for index, objective in enumerate(draft.objectives):
        if objective.theme is not None:
            yield Held(f"objectives.{index}.theme", ListName.THEMES, objective.theme)
        for code in objective.diagnostics:
            yield Held(f"objectives.{index}.diagnostics", ListName.DIAGNOSTICS, code)


def unknown_codes(draft: Draft, former: Draft | None, reference: Reference, today: date) -> list[FieldProblem]:
    """Codes that cannot be chosen today, the first of each field; what the CER held already it may keep."""
    kept = {(one.list, one.code) for one in held(former)} if former is not None else set()
    problems: dict[str, FieldProblem] = {}
    for one in held(draft):
        if (one.list, one.code) in kept or one.field in problems:
            continue
        problem = _problem(one, reference, today)
        if problem is not None:
            problems[one.field] = problem
    return list(problems.values())


def _problem(one: Held, reference: Reference, today: date) -> FieldProblem | None:
    entry = reference.lists[one.list].find(one.code)
    if entry is None:
        return FieldProblem(one.field, "unknown-code", f"{_NOUNS[one.list]} n'est pas dans la liste.")
    if entry.usable(today):
        return None
    label = entry.label(today)
    if today < entry.usable_from:
        message = f"{_NOUNS[one.list]} (« {label} ») ne se choisit qu'à partir du {entry.usable_from:%d/%m/%Y}."
        return FieldProblem(one.field, "code-not-yet-usable", message)
    message = f"{_NOUNS[one.list]} (« {label} ») ne se choisit plus depuis le {entry.usable_until:%d/%m/%Y}."
    return FieldProblem(one.field, "code-no-longer-usable", message)

"""What an agent corrected stands: a flow that says otherwise is told, and known under what it said before."""

from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from datetime import date
from typing import Any

from services.contracts.domain.dossiers.history import Change
from services.contracts.domain.dossiers.household import Person, PersonKey

PERSON_FIELDS = tuple(item.name for item in fields(Person))

# Fields whose last author is an agent, each with what was known before them, as JSON has it.
Corrected = Mapping[str, Any]


def corrected(changes: Iterable[Change]) -> Corrected:
    """Read from the changes of one dossier, oldest first. What a file changed after an agent is no correction."""
    found: dict[str, Any] = {}
    for change in changes:
        if change.field not in PERSON_FIELDS:
            continue
        if change.origin == "agent":
            found.setdefault(change.field, change.before)
        else:
            found.pop(change.field, None)
    return found


def standing(known: Person, said: Person, kept: Corrected) -> Person:
    """The person as the flow says, but for what an agent corrected."""
    return replace(said, **{name: getattr(known, name) for name in kept})


def key_of_file(known: Person, kept: Corrected) -> PersonKey:
    """What the flow knows the person by: names and date as they were before an agent corrected them."""
    former = known
    if "nom_naissance" in kept:
        former = replace(former, nom_naissance=kept["nom_naissance"])
    if "prenoms" in kept:
        former = replace(former, prenoms=tuple(kept["prenoms"]))
    if "date_naissance" in kept:
        former = replace(former, date_naissance=date.fromisoformat(kept["date_naissance"]))
    return former.key

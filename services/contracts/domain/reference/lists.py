"""The lists of the département as shipped: themes, priorities, diagnostics, request codes, natures.

A code is stored and travels in events; its label is shown. Sources: the guide (priorité, commentaire, diagnostics).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Entry:
    """A choice of a list."""

    code: str
    label: str


class Choices:
    """A list in its order, found by code."""

    def __init__(self, *entries: tuple[str, str]) -> None:
        self._entries = {code: Entry(code, label) for code, label in entries}

    def __contains__(self, code: object) -> bool:
        return code in self._entries

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._entries.values())

    def label(self, code: str) -> str:
        """The label of a code. Raises KeyError."""
        return self._entries[code].label

    def unknown(self, codes: Iterable[str]) -> list[str]:
        """The codes that the list does not hold."""
        return [code for code in codes if code not in self]


THEMES = Choices(
    ("emploi", "Emploi"),
    ("formation", "Formation"),
    ("creation_activite", "Création ou développement d'activité / TNS"),
    ("iae", "Insertion par l'activité économique"),
    ("logement", "Logement"),
    ("sante", "Santé"),
    ("mobilite", "Mobilité"),
    ("garde_enfants", "Garde d'enfants"),
    ("parentalite_famille", "Parentalité et famille"),
    ("acces_droits", "Accès aux droits"),
    ("budget", "Budget"),
    ("maitrise_francais", "Maîtrise du français"),
    ("numerique", "Numérique"),
    ("vie_sociale", "Vie sociale"),
    ("orientation_referent", "Orientation vers un autre référent"),
)

PRIORITIES = Choices(
    ("normale", "Normale"),
    ("urgente", "Urgente"),
    ("retablissement_droits", "Rétablissement de droits"),
    ("suspension_en_cours", "Suspension en cours"),
    ("situation_sensible", "Situation sensible"),
)

DIAGNOSTICS = Choices(
    ("formation", "Diagnostic formation"),
    ("creation_activite", "Diagnostic création d'activité"),
    ("regain", "Diagnostic Regain"),
)

REQUESTS = Choices(
    ("commission", "Passage en commission"),
    ("ep", "Passage en équipe pluridisciplinaire (EP)"),
    ("gei", "Passage en GEI"),
    ("gad", "Passage en GAD"),
    ("gecl", "Passage en GECl"),
    ("reorientation", "Réorientation à discuter avec le service"),
    ("rappel", "Situation sensible : être rappelé par le service"),
)

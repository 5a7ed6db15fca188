"""What a CER held after each of its changes, so that two moments can be compared.

Each change keeps the new values of the fields that it touched; a content is what they add up to.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.contracts.domain.moves import Act
from shared.kernel.errors import NotFound

# In the order of the screen.
LABELS: Mapping[str, str] = {
    "numero": "Numéro",
    "nature": "Nature",
    "date_signature": "Date de signature",
    "date_debut": "Date de début",
    "date_demandee": "Date demandée",
    "date_demandee_reason": "Motif de la date demandée",
    "duration_months": "Durée en mois",
    "date_fin": "Date de fin",
    "requests": "Commentaire : demandes",
    "note": "Commentaire : note",
    "dernier_contrat": "Dernier contrat",
    "priority": "Priorité",
    "situation": "Situation actuelle et actions depuis le dernier CER",
    "evaluation": "Évaluation commune du parcours",
    "objectives": "Objectifs",
    "accord": "Accord du bénéficiaire",
    "expression": "Expression de la personne",
    "weekly_hours": "Durée hebdomadaire du plan",
    "no_phone_at_interview": "Pas de téléphone à l'entretien",
}

# For the insertion service and their author: never shown to others, in a difference either.
NOTE_FIELDS = frozenset({"note", "note_author_id"})

Content = dict[str, Any]


@dataclass(frozen=True)
class Revision:
    """One stored change: the version that it made, and the JSON values of the fields that it touched.

    `shown` is the number of the revision of what the edition shows, after it.
    """

    version: int
    act: Act
    verb: str
    shown: int
    changes: Content

    @property
    def touched(self) -> list[str]:
        """The fields that it touched, in the order of the screen."""
        return [name for name in LABELS if name in self.changes]


def changes_between(before: Content, after: Content) -> Content:
    """The fields of `after` that differ from `before`."""
    return {name: value for name, value in after.items() if name not in before or before[name] != value}


def content_at(revisions: Sequence[Revision], version: int) -> Content:
    """What the CER held at this version. Raises NotFound for one that is not kept."""
    content: Content = {}
    for revision in revisions:
        if revision.version <= version:
            content |= revision.changes
    if not content:
        raise NotFound("Cette version n'est pas conservée : choisissez-en une de la liste des révisions.")
    return content


def last_touched(revisions: Sequence[Revision], since: int) -> dict[str, Revision]:
    """For each field touched after this version, the last change of it."""
    return {name: revision for revision in revisions if revision.version > since for name in revision.touched}

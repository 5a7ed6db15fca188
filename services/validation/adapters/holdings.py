"""What validation holds of people: every table is here, or said to need no erasing."""

from sqlalchemy import ColumnElement, select

from services.validation.adapters.tables import decision, study, study_move
from shared.accounts.tables import BESIDES
from shared.erasure.holdings import Held, Holdings, Person


def _studies(person: Person) -> ColumnElement[bool]:
    return study.c.dossier_id == person.dossier_id


HOLDINGS = Holdings(
    held=(
        Held(decision, lambda person: decision.c.study_id.in_(select(study.c.id).where(_studies(person)))),
        Held(study_move, lambda person: study_move.c.study_id.in_(select(study.c.id).where(_studies(person)))),
        Held(study, _studies),
    ),
    besides={**BESIDES, "kept_list": "lists of the Département"},
    roots=lambda person: select(study.c.id).where(_studies(person)).with_for_update(),
)

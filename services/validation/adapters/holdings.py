"""What validation holds of people: every table is here, or said to need no erasing."""

from collections.abc import Callable

from sqlalchemy import ColumnElement, Table, select

from services.validation.adapters.tables import (
    decision,
    session_item,
    session_move,
    study,
    study_alert,
    study_charge,
    study_move,
    study_opening,
)
from shared.accounts.tables import BESIDES
from shared.audit.tables import BESIDES as AUDIT
from shared.erasure.holdings import Held, Holdings, Person


def _studies(person: Person) -> ColumnElement[bool]:
    return study.c.dossier_id == person.dossier_id


def _of_studies(table: Table) -> Callable[[Person], ColumnElement[bool]]:
    """The rows that hang on the studies of a person."""
    return lambda person: table.c.study_id.in_(select(study.c.id).where(_studies(person)))


_HANGING = (decision, study_move, study_charge, study_alert, study_opening, session_item, session_move)

HOLDINGS = Holdings(
    held=(
        *(Held(table, _of_studies(table)) for table in _HANGING),
        Held(study, _studies),
    ),
    besides={
        **BESIDES,
        **AUDIT,
        "delegation": "who decides in whose place, and when",
        "kept_list": "lists of the Département",
        "kept_territory": "territories of the Département",
        "rule_book": "routing rules, that name no person",
        "commission_session": "when and where a commission sits",
        "session_member": "who sits in it: agents and partners, not the persons who are followed",
        "commission_quorum": "a setting of the admin",
    },
    roots=lambda person: select(study.c.id).where(_studies(person)).with_for_update(),
)

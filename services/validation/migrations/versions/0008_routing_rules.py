"""The routing rules that the admin keeps, and what they name: lists as they are shipped, territories.

Of version 0, so that whatever is told counts more. The priorities have no rank here: a submission tells its own.

Revision ID: 0008
Revises: 0007
"""

import json

from alembic import op
from sqlalchemy import text

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_TABLES = (
    """
    CREATE TABLE rule_book (
        version integer PRIMARY KEY,
        rules jsonb NOT NULL,
        by text NOT NULL,
        at timestamptz NOT NULL
    )
    """,
    """
    CREATE TABLE kept_territory (
        code text PRIMARY KEY,
        version integer NOT NULL
    )
    """,
    "CREATE INDEX study_of_territory ON study (territory)",
)

_SINCE = "2009-06-01"
_SHIPPED = {
    "priorities": {
        "normale": "Normale",
        "urgente": "Urgente",
        "retablissement_droits": "Rétablissement de droits",
        "suspension_en_cours": "Suspension en cours",
        "situation_sensible": "Situation sensible",
    },
    "requests": {
        "commission": "Passage en commission",
        "ep": "Passage en équipe pluridisciplinaire (EP)",
        "gei": "Passage en GEI",
        "gad": "Passage en GAD",
        "gecl": "Passage en GECl",
        "reorientation": "Réorientation à discuter avec le service",
        "rappel": "Situation sensible : être rappelé par le service",
    },
    "natures": {
        "premier": "Premier contrat",
        "renouvellement": "Renouvellement",
        "modification": "Modification du contrat en cours",
        "retablissement": "Rétablissement",
    },
}


def upgrade() -> None:
    """Creates the tables; a list that was told already stays as it was told."""
    for statement in _TABLES:
        op.execute(statement)
    shipped = text("INSERT INTO kept_list VALUES (:id, 0, CAST(:entries AS jsonb)) ON CONFLICT DO NOTHING")
    for name, labels in _SHIPPED.items():
        op.execute(shipped.bindparams(id=name, entries=json.dumps([_entry(*one) for one in labels.items()])))


def downgrade() -> None:
    """Migrations only go forward: a release expands, a later one contracts."""
    raise NotImplementedError


def _entry(code: str, label: str) -> dict[str, object]:
    labels = [{"since": _SINCE, "label": label}]
    return {"id": code, "labels": labels, "usable_from": _SINCE, "usable_until": None, "rank": None}

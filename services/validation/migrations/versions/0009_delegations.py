"""Delegations, openings, who wrote a CER, and the lists of motives and complements as they are shipped.

Revision ID: 0009
Revises: 0008
"""

import json

from alembic import op
from sqlalchemy import text

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_STATEMENTS = (
    # One agent holds one delegation at a time. The hash stands for the agent in a range, which is what a GiST index
    # compares without an extension.
    """
    CREATE TABLE delegation (
        id uuid PRIMARY KEY,
        delegator_id text NOT NULL,
        delegate_id text NOT NULL,
        first_day date NOT NULL,
        last_day date NOT NULL,
        territories text[] NOT NULL,
        natures text[] NOT NULL,
        made_by text NOT NULL,
        made_at timestamptz NOT NULL,
        ended_at timestamptz,
        ended_by text,
        CHECK (first_day <= last_day),
        CHECK (delegate_id <> delegator_id),
        CHECK (num_nulls(ended_at, ended_by) IN (0, 2)),
        CONSTRAINT one_delegation_at_a_time EXCLUDE USING gist (
            int8range(hashtextextended(delegate_id, 0) >> 1, hashtextextended(delegate_id, 0) >> 1, '[]') WITH &&,
            daterange(first_day, last_day, '[]') WITH &&
        ) WHERE (ended_at IS NULL)
    )
    """,
    "CREATE INDEX delegation_by_day ON delegation (first_day, id)",
    "CREATE INDEX delegation_of_delegate ON delegation (delegate_id, last_day)",
    """
    CREATE TABLE study_opening (
        study_id uuid NOT NULL REFERENCES study (id),
        agent_id text NOT NULL,
        submission integer NOT NULL,
        at timestamptz NOT NULL,
        PRIMARY KEY (study_id, agent_id)
    )
    """,
    # Who wrote in the CER: of submissions told before, the référent alone is known.
    "ALTER TABLE study ADD COLUMN author_ids text[] NOT NULL DEFAULT '{}'",
    """
    ALTER TABLE decision
        ADD COLUMN author_ids text[] NOT NULL DEFAULT '{}',
        ADD COLUMN motive_codes text[] NOT NULL DEFAULT '{}',
        ADD COLUMN delegation_id uuid REFERENCES delegation (id),
        ADD COLUMN delegated_by text,
        ADD CONSTRAINT never_by_an_author CHECK (decided_by <> ALL (author_ids)),
        ADD CONSTRAINT delegated_whole CHECK (num_nulls(delegation_id, delegated_by) IN (0, 2))
    """,
)

_SINCE = "2009-06-01"
_SHIPPED = {
    "decision-motives": {
        "objectifs_imprecis": "Les objectifs ne sont pas assez précis",
        "etapes_sans_date": "Les étapes ne portent pas de date",
        "sans_evolution": "Le contrat ne fait pas apparaître d'évolution depuis le précédent",
        "engagements_non_tenus": "Des engagements du contrat précédent n'ont pas été tenus, sans motif légitime",
        "autre_dispositif": "L'aide demandée relève d'un autre dispositif",
        "autre_orientation": "La situation appelle une autre orientation",
        "duree_inadaptee": "La durée ne correspond pas aux démarches prévues",
    },
    "complements": {
        "demande_diagnostic": "La demande de diagnostic scannée",
        "justificatif": "Un justificatif",
        "situation": "La situation actuelle et les actions depuis le dernier CER",
        "evaluation": "L'évaluation commune du parcours",
        "objectifs": "Les objectifs : ce que fait chacun",
        "etapes": "Les étapes et leurs dates",
        "dates": "Les dates du contrat",
        "signature": "La signature de la personne",
    },
}


def upgrade() -> None:
    """Creates the tables and columns; a list that was told already stays as it was told."""
    for statement in _STATEMENTS:
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

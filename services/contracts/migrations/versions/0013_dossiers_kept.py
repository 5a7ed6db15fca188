"""All of a dossier: married names found apart, every change kept, a landline beside the mobile, persons to match.

Revision ID: 0013
Revises: 0012
"""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_STATEMENTS = (
    "DROP INDEX dossier_by_usage",
    # Holds what a list by name shows of its order and of whom it is for.
    """
    CREATE INDEX dossier_by_usage ON dossier (usage_key COLLATE "C")
    INCLUDE (nom_key, prenom_key, id, territory, referent_id) WHERE usage_key <> ''
    """,
    "ALTER TABLE dossier ADD COLUMN fixe text, ADD COLUMN orientation_since date",
    """
    CREATE TABLE dossier_history (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        dossier_id uuid NOT NULL REFERENCES dossier (id),
        version integer NOT NULL,
        field text NOT NULL,
        before jsonb,
        after jsonb,
        actor text NOT NULL,
        at timestamptz NOT NULL
    )
    """,
    "CREATE INDEX history_of_dossier ON dossier_history (dossier_id, id)",
    "CREATE INDEX dossier_by_fixe ON dossier (fixe) WHERE fixe IS NOT NULL",
    """
    CREATE TABLE matching (
        id uuid PRIMARY KEY,
        version integer NOT NULL,
        organisme text NOT NULL,
        numero_organisme text NOT NULL,
        matricule text NOT NULL,
        person jsonb NOT NULL,
        rank integer NOT NULL,
        candidates uuid[] NOT NULL,
        territory text NOT NULL,
        source text NOT NULL,
        line integer NOT NULL,
        first_seen_at timestamptz NOT NULL,
        seen_at timestamptz NOT NULL,
        state text NOT NULL,
        dossier_id uuid REFERENCES dossier (id),
        resolved_by text,
        resolved_at timestamptz
    )
    """,
    "CREATE INDEX matching_by_state ON matching (state, first_seen_at, id)",
    "CREATE INDEX matching_of_territory ON matching (territory, state, first_seen_at, id)",
    "CREATE INDEX matching_of_candidates ON matching USING gin (candidates)",
)


def upgrade() -> None:
    """Adds the tables, the columns and the indexes."""
    for statement in _STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """Migrations only go forward: a release expands, a later one contracts."""
    raise NotImplementedError

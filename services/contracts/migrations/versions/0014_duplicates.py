"""Dossiers that may be one person, and what became of those that were.

Revision ID: 0014
Revises: 0013
"""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_STATEMENTS = (
    "ALTER TABLE dossier ADD COLUMN merged_into uuid REFERENCES dossier (id)",
    "CREATE INDEX dossier_merged ON dossier (merged_into) WHERE merged_into IS NOT NULL",
    "CREATE INDEX dossier_by_mail ON dossier (lower(mail)) WHERE mail IS NOT NULL",
    """
    CREATE TABLE duplicate (
        id uuid PRIMARY KEY,
        version integer NOT NULL,
        one uuid NOT NULL REFERENCES dossier (id),
        other uuid NOT NULL REFERENCES dossier (id),
        reasons text[] NOT NULL,
        score double precision NOT NULL,
        found_at timestamptz NOT NULL,
        state text NOT NULL,
        reason text NOT NULL,
        settled_by text,
        settled_at timestamptz
    )
    """,
    "CREATE INDEX duplicate_by_score ON duplicate (state, score DESC, id)",
    "CREATE INDEX duplicate_of_one ON duplicate (one)",
    "CREATE INDEX duplicate_of_other ON duplicate (other)",
)


def upgrade() -> None:
    """Adds the table, the column and the indexes."""
    for statement in _STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """Migrations only go forward: a release expands, a later one contracts."""
    raise NotImplementedError

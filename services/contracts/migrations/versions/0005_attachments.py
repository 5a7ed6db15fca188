"""Pièces jointes.

Revision ID: 0005
Revises: 0004
"""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_STATEMENTS = (
    """
    CREATE TABLE attachment (
        id uuid PRIMARY KEY,
        dossier_id uuid NOT NULL REFERENCES dossier (id),
        cer_id uuid REFERENCES cer (id),
        version integer NOT NULL,
        kind text NOT NULL,
        diagnostic text,
        title text NOT NULL,
        content_type text NOT NULL,
        uri text NOT NULL UNIQUE,
        sha256 text NOT NULL,
        size bigint NOT NULL,
        added_by text NOT NULL,
        added_at timestamptz NOT NULL,
        state text NOT NULL,
        code text,
        removed_by text,
        removed_at timestamptz,
        CHECK ((state = 'supprime') = (removed_at IS NOT NULL))
    )
    """,
    "CREATE INDEX attachment_of_dossier ON attachment (dossier_id, id)",
    "CREATE INDEX attachment_of_cer ON attachment (cer_id) WHERE cer_id IS NOT NULL",
)


def upgrade() -> None:
    """Creates the table of the scanned files of dossiers."""
    for statement in _STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """Migrations only go forward: a release expands, a later one contracts."""
    raise NotImplementedError

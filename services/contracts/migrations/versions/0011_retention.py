"""The archive: dossiers moved out of the active base.

Revision ID: 0011
Revises: 0010
"""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Creates the table."""
    op.execute(
        """
        CREATE TABLE archived_dossier (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            dossier_id uuid NOT NULL REFERENCES dossier (id),
            archived_at timestamptz NOT NULL,
            archived_by text NOT NULL,
            keep_until timestamptz NOT NULL,
            restored_at timestamptz,
            restored_by text,
            restored_reason text
        )
        """
    )
    op.execute("CREATE UNIQUE INDEX in_archive ON archived_dossier (dossier_id) WHERE restored_at IS NULL")
    op.execute("CREATE INDEX archive_of_dossier ON archived_dossier (dossier_id)")
    op.execute("CREATE INDEX archive_term ON archived_dossier (keep_until) WHERE restored_at IS NULL")


def downgrade() -> None:
    """Migrations only go forward: a release expands, a later one contracts."""
    raise NotImplementedError

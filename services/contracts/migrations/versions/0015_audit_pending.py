"""Where a write leaves its entry, in its own transaction, until it is chained: commits need not wait for one another.

Revision ID: 0015
Revises: 0014
"""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Creates the table of what is not chained yet; it is nearly always empty."""
    op.execute(
        """
        CREATE TABLE audit_pending (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            at timestamptz NOT NULL,
            actor text NOT NULL,
            role text NOT NULL,
            operation text NOT NULL,
            outcome text NOT NULL,
            dossiers uuid[] NOT NULL,
            cers uuid[] NOT NULL,
            relation text,
            on_behalf_of text
        )
        """
    )


def downgrade() -> None:
    """Migrations only go forward: a release expands, a later one contracts."""
    raise NotImplementedError

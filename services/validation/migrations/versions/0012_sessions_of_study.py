"""The sessions that examined a study are found by it, those that are over too.

Revision ID: 0012
Revises: 0011
"""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Creates the index."""
    op.execute("CREATE INDEX sessions_of_study ON session_item (study_id)")


def downgrade() -> None:
    """Migrations only go forward: a release expands, a later one contracts."""
    raise NotImplementedError

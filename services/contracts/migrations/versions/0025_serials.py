"""The serial of the CER vierge that a scan shows.

Revision ID: 0025
Revises: 0024
"""

from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the column; files that were added before have none."""
    op.execute("ALTER TABLE attachment ADD COLUMN serial text")


def downgrade() -> None:
    """Migrations only go forward: a release expands, a later one contracts."""
    raise NotImplementedError

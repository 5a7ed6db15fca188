"""Messages are found by what their provider calls them.

Revision ID: 0008
Revises: 0007
"""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds an index."""
    op.execute(
        "CREATE INDEX message_by_receipt ON message (provider, receipt) WHERE channel = 'sms' AND receipt IS NOT NULL"
    )


def downgrade() -> None:
    """Migrations only go forward: a release expands, a later one contracts."""
    raise NotImplementedError

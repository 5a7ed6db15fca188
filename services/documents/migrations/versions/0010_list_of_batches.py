"""Print batches are listed by who ordered them.

Revision ID: 0010
Revises: 0009
"""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds an index."""
    op.execute("CREATE INDEX print_batch_of_agent ON print_batch (agent, made_at, id)")


def downgrade() -> None:
    """Migrations only go forward: a release expands, a later one contracts."""
    raise NotImplementedError

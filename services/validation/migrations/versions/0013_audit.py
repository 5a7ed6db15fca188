"""The audit: who read and did what, a chain that the database itself refuses to change.

Revision ID: 0013
Revises: 0012
"""

from shared.audit.schema import create_v1

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Creates the chain and what keeps it append-only."""
    create_v1()


def downgrade() -> None:
    """Migrations only go forward: a release expands, a later one contracts."""
    raise NotImplementedError

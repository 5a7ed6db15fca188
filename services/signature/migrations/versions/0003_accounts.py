"""Whether agents' accounts are open, as contracts tells it.

Revision ID: 0003
Revises: 0002
"""

from shared.accounts import schema

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Creates the table of accounts."""
    schema.create_v1()


def downgrade() -> None:
    """Migrations only go forward: a release expands, a later one contracts."""
    raise NotImplementedError

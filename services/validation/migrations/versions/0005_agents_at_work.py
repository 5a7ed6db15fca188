"""Where agents work and for whom they stand in.

Revision ID: 0005
Revises: 0004
"""

from shared.accounts import schema

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds where agents work and for whom they stand in."""
    schema.add_v2()


def downgrade() -> None:
    """Migrations only go forward: a release expands, a later one contracts."""
    raise NotImplementedError

"""Where agents work and for whom they stand in.

Revision ID: 0006
Revises: 0005
"""

from shared.accounts import schema

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds where agents work and for whom they stand in."""
    schema.add_v2()


def downgrade() -> None:
    """Migrations only go forward: a release expands, a later one contracts."""
    raise NotImplementedError

"""Where agents work and for whom they stand in; who accompanies the person.

Revision ID: 0005
Revises: 0004
"""

from alembic import op

from shared.accounts import schema

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds what decides who reads an edition; of those made before, only the territory is known."""
    schema.add_v2()
    op.execute("ALTER TABLE edition ADD COLUMN referent_id text")


def downgrade() -> None:
    """Migrations only go forward: a release expands, a later one contracts."""
    raise NotImplementedError

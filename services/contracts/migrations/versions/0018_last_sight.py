"""When a file last named a person, so that retention does not take those who are still beneficiaries.

Revision ID: 0018
Revises: 0017
"""

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the column: no default, so that no row is written again."""
    op.execute("ALTER TABLE dossier ADD COLUMN seen_at timestamptz")


def downgrade() -> None:
    """Migrations only go forward: a release expands, a later one contracts."""
    raise NotImplementedError

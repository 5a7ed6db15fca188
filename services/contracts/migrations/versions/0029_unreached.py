"""Where nobody was reached: mail addresses, numbers and postal addresses that messages came back from.

Revision ID: 0029
Revises: 0028
"""

from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A column with a default: the version before goes on beside."""
    op.execute("ALTER TABLE dossier ADD COLUMN unreached jsonb NOT NULL DEFAULT '[]'")


def downgrade() -> None:
    """Migrations only go forward: a release expands, a later one contracts."""
    raise NotImplementedError

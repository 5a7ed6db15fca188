"""What came after an evidence was sealed, signed too.

Revision ID: 0010
Revises: 0009
"""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_ADDENDUM = "ALTER TABLE signature_request ADD COLUMN addendum jsonb"


def upgrade() -> None:
    """Adds a column."""
    op.execute(_ADDENDUM)


def downgrade() -> None:
    """Migrations only go forward: a release expands, a later one contracts."""
    raise NotImplementedError

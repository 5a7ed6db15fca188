"""From where people act, how long pages are looked at, since when a number is known.

Revision ID: 0007
Revises: 0006
"""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_CHANGES = (
    "ALTER TABLE signature_request ADD COLUMN phone_since date",
    "ALTER TABLE step ADD COLUMN address text, ADD COLUMN device text",
    """
    ALTER TABLE page_shown
        ADD COLUMN looked_ms bigint NOT NULL DEFAULT 0,
        ADD COLUMN address text,
        ADD COLUMN device text
    """,
)


def upgrade() -> None:
    """Adds columns."""
    for statement in _CHANGES:
        op.execute(statement)


def downgrade() -> None:
    """Migrations only go forward: a release expands, a later one contracts."""
    raise NotImplementedError

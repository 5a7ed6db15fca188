"""A message may be withdrawn before it leaves."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """One status more."""
    op.execute("ALTER TABLE message DROP CONSTRAINT message_status_check")
    op.execute(
        "ALTER TABLE message ADD CONSTRAINT message_status_check CHECK "
        "(status IN ('pending', 'delivered', 'failed', 'unknown', 'no_address', 'withdrawn'))"
    )

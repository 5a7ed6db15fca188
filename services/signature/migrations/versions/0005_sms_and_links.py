"""Who sent a code and what its receipt says; the one-time link; the state between opened and code_sent.

Revision ID: 0005
Revises: 0004
"""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_CHANGES = (
    """
    ALTER TABLE code
        ADD COLUMN provider text,
        ADD COLUMN fault text,
        ADD COLUMN delivery text,
        ADD COLUMN delivery_at timestamptz,
        ADD COLUMN link_hash text UNIQUE,
        ADD COLUMN link_opened_at timestamptz,
        ADD COLUMN session_hash text UNIQUE
    """,
    "CREATE INDEX code_receipt ON code (receipt) WHERE receipt IS NOT NULL",
    "CREATE INDEX code_asked ON code (asked_at) WHERE status = 'sent' AND receipt IS NOT NULL",
    "CREATE INDEX signature_request_under_way ON signature_request (expires_at) "
    "WHERE state IN ('opened', 'read', 'code_sent')",
    "DROP INDEX signature_request_open",
)


def upgrade() -> None:
    """Adds columns and indexes."""
    for statement in _CHANGES:
        op.execute(statement)


def downgrade() -> None:
    """Migrations only go forward: a release expands, a later one contracts."""
    raise NotImplementedError

"""Who has the person sign, and what Yousign calls the requests that it has signed for us.

Revision ID: 0008
Revises: 0007
"""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_CHANGES = (
    "ALTER TABLE signature_request ADD COLUMN provider text NOT NULL DEFAULT 'own'",
    """
    CREATE TABLE yousign_request (
        request_id uuid PRIMARY KEY REFERENCES signature_request (id),
        remote_id text,
        document_id text,
        document_sha256 text,
        signer_id text,
        activated_at timestamptz
    )
    """,
    "CREATE INDEX yousign_request_remote ON yousign_request (remote_id)",
)


def upgrade() -> None:
    """Adds the column and the table."""
    for statement in _CHANGES:
        op.execute(statement)


def downgrade() -> None:
    """Migrations only go forward: a release expands, a later one contracts."""
    raise NotImplementedError

"""Until when the sealed files of a signature prove something by themselves.

Revision ID: 0009
Revises: 0008
"""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_CHANGES = (
    "ALTER TABLE signature_request ADD COLUMN proofs_until timestamptz",
    "CREATE INDEX signature_request_proofs ON signature_request (proofs_until, id) WHERE document IS NOT NULL",
)


def upgrade() -> None:
    """Adds a column and its index."""
    for statement in _CHANGES:
        op.execute(statement)


def downgrade() -> None:
    """Migrations only go forward: a release expands, a later one contracts."""
    raise NotImplementedError

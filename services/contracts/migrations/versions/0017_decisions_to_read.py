"""Decisions that nobody opened yet, and the audit of a CER, found without reading all of them.

Revision ID: 0017
Revises: 0016
"""

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_STATEMENTS = (
    """
    CREATE INDEX cer_to_read_by_anyone ON cer (decided_at, id)
    WHERE decided_at IS NOT NULL AND decision_read_at IS NULL
    """,
    "CREATE INDEX audit_of_cer ON audit_entry USING gin (cers)",
)


def upgrade() -> None:
    """Adds the indexes."""
    for statement in _STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """Migrations only go forward: a release expands, a later one contracts."""
    raise NotImplementedError

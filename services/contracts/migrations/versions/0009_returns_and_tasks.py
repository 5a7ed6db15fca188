"""When a decision was read, what replaced a CER, what the insertion service was asked to do.

Revision ID: 0009
Revises: 0008
"""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_STATEMENTS = (
    """
    ALTER TABLE cer
        ADD COLUMN decision_read_at timestamptz,
        ADD COLUMN decision_read_by text,
        ADD COLUMN replaced_by uuid REFERENCES cer (id)
    """,
    """
    CREATE INDEX cer_to_read ON cer (referent_id, decided_at, id)
    WHERE decided_at IS NOT NULL AND decision_read_at IS NULL
    """,
    """
    CREATE TABLE cer_task (
        id uuid PRIMARY KEY,
        version integer NOT NULL,
        cer_id uuid NOT NULL REFERENCES cer (id),
        kind text NOT NULL,
        submission integer NOT NULL,
        opened_at timestamptz NOT NULL,
        opened_by text NOT NULL,
        closed_on date,
        closed_at timestamptz,
        closed_by text,
        outcome text,
        CHECK (num_nulls(closed_on, closed_at, closed_by, outcome) IN (0, 4))
    )
    """,
    "CREATE UNIQUE INDEX task_open_of_cer ON cer_task (cer_id) WHERE closed_at IS NULL",
    "CREATE INDEX task_open ON cer_task (opened_at, id) WHERE closed_at IS NULL",
    "CREATE INDEX task_closed ON cer_task (opened_at, id) WHERE closed_at IS NOT NULL",
    "CREATE INDEX task_of_cer ON cer_task (cer_id)",
)


def upgrade() -> None:
    """Adds the columns and the table, with what their lists walk."""
    for statement in _STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """Migrations only go forward: a release expands, a later one contracts."""
    raise NotImplementedError

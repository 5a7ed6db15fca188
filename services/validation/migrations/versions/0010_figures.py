"""What delays are worked out from: each move keeps since when the study stood in the state that it left.

Revision ID: 0010
Revises: 0009
"""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_STATEMENTS = (
    "ALTER TABLE study_move ADD COLUMN source_since timestamptz",
    # Of moves made before: when the last one before them changed the state.
    """
    UPDATE study_move SET source_since = former.at FROM (
        SELECT id, lag(at) OVER (PARTITION BY study_id ORDER BY version) AS at
        FROM study_move WHERE source IS DISTINCT FROM target
    ) former
    WHERE former.id = study_move.id AND study_move.source IS NOT NULL
    """,
    "CREATE INDEX study_left ON study_move (at) INCLUDE (study_id, source, source_since) "
    "WHERE source_since IS NOT NULL",
    "CREATE INDEX decision_by_day ON decision (decided_at)",
)


def upgrade() -> None:
    """Adds the column and the indexes that figures walk."""
    for statement in _STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """Migrations only go forward: a release expands, a later one contracts."""
    raise NotImplementedError

"""What a republish tells of studies, and how far it came.

Revision ID: 0012
Revises: 0011
"""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_TABLES = (
    """
    CREATE TABLE followed_study (
        cer_id uuid PRIMARY KEY REFERENCES cer (id),
        version integer NOT NULL,
        commission_kind text,
        decider text
    )
    """,
    """
    CREATE TABLE republish (
        what text PRIMARY KEY,
        after text,
        told integer NOT NULL,
        started_at timestamptz NOT NULL,
        finished_at timestamptz
    )
    """,
)


def upgrade() -> None:
    """Creates the tables."""
    for statement in _TABLES:
        op.execute(statement)


def downgrade() -> None:
    """Migrations only go forward: a release expands, a later one contracts."""
    raise NotImplementedError

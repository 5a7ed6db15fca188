"""Territories, the CERs vierges that each keeps, and the serials that are on paper.

Revision ID: 0008
Revises: 0007
"""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_STATEMENTS = (
    """
    CREATE TABLE territory (
        code text PRIMARY KEY,
        label text NOT NULL,
        active boolean NOT NULL,
        version integer NOT NULL
    )
    """,
    """
    CREATE TABLE blank_file (
        territory text PRIMARY KEY,
        wanted text NOT NULL,
        uri text NOT NULL,
        sha256 text NOT NULL,
        size integer NOT NULL,
        copies integer NOT NULL,
        pages integer NOT NULL,
        made_at timestamptz NOT NULL
    )
    """,
    """
    CREATE TABLE blank_serial (
        serial text PRIMARY KEY,
        territory text NOT NULL,
        issued_at timestamptz NOT NULL DEFAULT now()
    )
    """,
)


def upgrade() -> None:
    """Creates the tables."""
    for statement in _STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """Migrations only go forward: a release expands, a later one contracts."""
    raise NotImplementedError

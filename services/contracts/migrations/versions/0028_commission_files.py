"""Which CERs are open to the members of commissions' sessions.

Revision ID: 0028
Revises: 0027
"""

from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

_STATEMENTS = (
    """
    CREATE TABLE commission_file (
        id uuid PRIMARY KEY,
        session_id uuid NOT NULL,
        cer_id uuid NOT NULL,
        dossier_id uuid NOT NULL,
        version integer NOT NULL,
        open boolean NOT NULL,
        members text[] NOT NULL,
        until timestamptz NOT NULL
    )
    """,
    "CREATE INDEX commission_file_of_cer ON commission_file (cer_id) WHERE open",
)


def upgrade() -> None:
    """Creates the table."""
    for statement in _STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """Migrations only go forward: a release expands, a later one contracts."""
    raise NotImplementedError

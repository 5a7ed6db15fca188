"""Messages and what became of them."""

from alembic import op

from shared.messaging import schema

revision = "0001"
down_revision = None

_TABLES = (
    """
    CREATE TABLE message (
        id uuid PRIMARY KEY,
        template text NOT NULL,
        audience text NOT NULL,
        cer_id uuid NOT NULL,
        dossier_id uuid NOT NULL,
        territory text NOT NULL,
        facts jsonb NOT NULL,
        referent text NOT NULL,
        identity text,
        attachment jsonb,
        status text NOT NULL CHECK (status IN ('pending', 'delivered', 'failed', 'unknown', 'no_address')),
        status_at timestamptz NOT NULL,
        created_at timestamptz NOT NULL,
        version integer NOT NULL,
        sending integer NOT NULL,
        code text NOT NULL
    )
    """,
    "CREATE INDEX message_of_cer ON message (cer_id, created_at)",
    "CREATE INDEX message_by_status ON message (status, created_at) WHERE status <> 'delivered'",
)


def upgrade() -> None:
    """Creates the messaging tables and notifications' own."""
    schema.create_v1()
    for statement in _TABLES:
        op.execute(statement)


def downgrade() -> None:
    """Migrations only go forward: a release expands, a later one contracts."""
    raise NotImplementedError

"""Signed CERs handed over by link and code.

Revision ID: 0009
Revises: 0008
"""

from alembic import op

from shared.quotas import schema as quotas

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_STATEMENTS = (
    """
    CREATE TABLE remise (
        id uuid PRIMARY KEY,
        dossier_id uuid NOT NULL,
        document jsonb NOT NULL,
        link_hash text NOT NULL UNIQUE,
        expires_at timestamptz NOT NULL,
        tries integer NOT NULL,
        ended_because text,
        session_hash text UNIQUE,
        session_until timestamptz,
        downloaded_at timestamptz
    )
    """,
    "CREATE INDEX remise_of_dossier ON remise (dossier_id)",
    """
    CREATE TABLE remise_code (
        id uuid PRIMARY KEY,
        remise_id uuid NOT NULL,
        sequence integer NOT NULL,
        keyed_hash text NOT NULL,
        asked_at timestamptz NOT NULL,
        status text NOT NULL CHECK (status IN ('unknown', 'sent', 'failed')),
        used boolean NOT NULL,
        provider text,
        receipt text,
        fault text,
        delivery text,
        UNIQUE (remise_id, sequence)
    )
    """,
)


def upgrade() -> None:
    """Adds tables."""
    for statement in _STATEMENTS:
        op.execute(statement)
    quotas.create_v1()


def downgrade() -> None:
    """Migrations only go forward: a release expands, a later one contracts."""
    raise NotImplementedError

"""Erasures, who answered them, legal holds.

Revision ID: 0010
Revises: 0009
"""

from alembic import op

from shared.messaging import schema

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_TABLES = (
    """
    CREATE TABLE erasure (
        number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        dossier_id uuid NOT NULL UNIQUE,
        cer_ids uuid[] NOT NULL,
        ground text NOT NULL,
        asked_by text NOT NULL,
        erased_at timestamptz NOT NULL,
        version integer NOT NULL
    )
    """,
    """
    CREATE TABLE erasure_answer (
        number bigint NOT NULL REFERENCES erasure (number),
        service text NOT NULL,
        version integer NOT NULL,
        answered_at timestamptz NOT NULL,
        rows integer NOT NULL,
        files integer NOT NULL,
        PRIMARY KEY (number, service)
    )
    """,
    """
    CREATE TABLE legal_hold (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        dossier_id uuid NOT NULL REFERENCES dossier (id),
        reason text NOT NULL,
        set_by text NOT NULL,
        set_at timestamptz NOT NULL,
        lifted_by text,
        lifted_at timestamptz,
        lifted_reason text
    )
    """,
    # One hold at a time; the lifted ones stay on the record.
    "CREATE UNIQUE INDEX legal_hold_in_force ON legal_hold (dossier_id) WHERE lifted_at IS NULL",
    "CREATE INDEX legal_hold_of_dossier ON legal_hold (dossier_id, id)",
)


def upgrade() -> None:
    """Creates the tables, and what messaging needs to skip the events of erased persons."""
    schema.create_v2()
    for statement in _TABLES:
        op.execute(statement)


def downgrade() -> None:
    """Migrations only go forward: a release expands, a later one contracts."""
    raise NotImplementedError

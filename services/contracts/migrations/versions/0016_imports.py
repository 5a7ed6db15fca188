"""Imports by a mapping: runs, refusals, staged differences, the parts of a file.

Revision ID: 0016
Revises: 0015
"""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_TABLES = (
    """
    CREATE TABLE import_run (
        id uuid PRIMARY KEY,
        version integer NOT NULL,
        kind text NOT NULL,
        mapping text NOT NULL,
        mapping_text text NOT NULL,
        file_name text NOT NULL,
        sha256 text NOT NULL,
        size bigint NOT NULL,
        file_date timestamptz NOT NULL,
        territory text,
        state text NOT NULL,
        position integer NOT NULL,
        counts jsonb NOT NULL,
        created_by text NOT NULL,
        created_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL
    )
    """,
    "CREATE INDEX import_at_work ON import_run (created_at) WHERE state IN ('previewing', 'applying')",
    """
    CREATE TABLE import_refusal (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        run_id uuid NOT NULL REFERENCES import_run (id) ON DELETE CASCADE,
        line integer NOT NULL,
        field text NOT NULL,
        code text NOT NULL,
        reason text NOT NULL,
        kept boolean NOT NULL
    )
    """,
    "CREATE INDEX refusals_of_import ON import_refusal (run_id, kept, line)",
    """
    CREATE TABLE import_difference (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        run_id uuid NOT NULL REFERENCES import_run (id) ON DELETE CASCADE,
        line integer NOT NULL,
        outcome text NOT NULL,
        dossier_id uuid,
        field text NOT NULL,
        before text,
        after text
    )
    """,
    "CREATE INDEX differences_of_import ON import_difference (run_id, id)",
    "CREATE INDEX differences_of_dossier ON import_difference (dossier_id) WHERE dossier_id IS NOT NULL",
    """
    CREATE TABLE import_part (
        run_id uuid NOT NULL REFERENCES import_run (id) ON DELETE CASCADE,
        rank integer NOT NULL,
        part bytea NOT NULL,
        PRIMARY KEY (run_id, rank)
    )
    """,
)


def upgrade() -> None:
    """Creates what imports need."""
    for statement in _TABLES:
        op.execute(statement)


def downgrade() -> None:
    """Migrations only go forward: a release expands, a later one contracts."""
    raise NotImplementedError

"""Whom the lines of a staged import name, so that an erasure finds the file; matchings by their household.

Revision ID: 0022
Revises: 0021
"""

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_STATEMENTS = (
    """
    CREATE TABLE import_named (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        run_id uuid NOT NULL REFERENCES import_run (id) ON DELETE CASCADE,
        line integer NOT NULL,
        dossier_id uuid,
        matricule text,
        nom_naissance text,
        prenom text,
        date_naissance text
    )
    """,
    "CREATE INDEX named_of_import ON import_named (run_id)",
    "CREATE INDEX named_of_dossier ON import_named (dossier_id) WHERE dossier_id IS NOT NULL",
    "CREATE INDEX named_of_household ON import_named (matricule) WHERE matricule IS NOT NULL",
    "CREATE INDEX matching_of_household ON matching (matricule)",
)


def upgrade() -> None:
    """Creates the table and the indexes."""
    for statement in _STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """Migrations only go forward: a release expands, a later one contracts."""
    raise NotImplementedError

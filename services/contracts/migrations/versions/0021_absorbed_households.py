"""A household has one living dossier for a name, a first name and a birth date: what was absorbed is in nobody's way.

Revision ID: 0021
Revises: 0020
"""

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_STATEMENTS = (
    # One index for the rule and for finding the dossiers of a household, merged ones too.
    """
    CREATE UNIQUE INDEX dossier_of_household ON dossier (
        household_id, nom_key, prenom_key, date_naissance,
        (CASE WHEN merged_into IS NULL THEN '00000000-0000-0000-0000-000000000000'::uuid ELSE id END))
    """,
    "ALTER TABLE dossier DROP CONSTRAINT dossier_household_id_nom_key_prenom_key_date_naissance_key",
)


def upgrade() -> None:
    """Puts the new rule in the place of the former one."""
    for statement in _STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """Migrations only go forward: a release expands, a later one contracts."""
    raise NotImplementedError

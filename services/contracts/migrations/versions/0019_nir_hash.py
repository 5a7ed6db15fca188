"""The keyed hash of a person's NIR, where the département has it read: tells who a person of a file is.

Revision ID: 0019
Revises: 0018
"""

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the column, and an index of those that have one."""
    op.execute("ALTER TABLE dossier ADD COLUMN nir_hash bytea CHECK (octet_length(nir_hash) = 32)")
    op.execute("CREATE INDEX dossier_by_nir ON dossier (nir_hash) WHERE nir_hash IS NOT NULL")


def downgrade() -> None:
    """Migrations only go forward: a release expands, a later one contracts."""
    raise NotImplementedError

"""Indexes of words answer as fast just after an import as later: little or nothing waits to be put into them.

Revision ID: 0026
Revises: 0025
"""

from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

STATEMENTS = (
    # What waits is read from end to end by every search (PostgreSQL, "GIN Fast Update Technique").
    "ALTER INDEX name_word_by_spelling SET (fastupdate = off)",
    "ALTER INDEX dossier_by_words SET (gin_pending_list_limit = 256)",
)


def upgrade() -> None:
    """What waits now is put in by the next vacuum."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """Migrations only go forward: a release expands, a later one contracts."""
    raise NotImplementedError

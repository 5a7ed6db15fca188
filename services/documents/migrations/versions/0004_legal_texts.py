"""The versions of the legal texts that contracts told: an edition shows those that its CER pinned.

Revision ID: 0004
Revises: 0003
"""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_TABLE = """
    CREATE TABLE legal_text (
        key text NOT NULL,
        version integer NOT NULL,
        effect date NOT NULL,
        paragraphs text[] NOT NULL,
        PRIMARY KEY (key, version)
    )
"""


def upgrade() -> None:
    """Creates the table."""
    op.execute(_TABLE)


def downgrade() -> None:
    """Migrations only go forward: a release expands, a later one contracts."""
    raise NotImplementedError

"""Messages follow their dossier when it moves to another territory or référent, or is merged into another.

Revision ID: 0006
Revises: 0005
"""

from shared.places import schema

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the table of places and what makes `message` follow it."""
    schema.create_v1("message")


def downgrade() -> None:
    """Migrations only go forward: a release expands, a later one contracts."""
    raise NotImplementedError

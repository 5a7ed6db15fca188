"""Requests follow their dossier when it moves to another territory or référent, or is merged into another.

Revision ID: 0006
Revises: 0005
"""

from shared.places import schema

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the table of places and what makes `signature_request` follow it."""
    schema.create_v1("signature_request")


def downgrade() -> None:
    """Migrations only go forward: a release expands, a later one contracts."""
    raise NotImplementedError

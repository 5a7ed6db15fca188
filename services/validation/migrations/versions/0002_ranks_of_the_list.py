"""Ranks of priorities are those of the list that contracts keeps.

Revision ID: 0002
Revises: 0001
"""

from alembic import op

revision = "0002"
down_revision = "0001"

# From the places of the former list of this service, 0 to 5.
_RANKS = """
    UPDATE study SET priority_rank = CASE priority
        WHEN 'urgente' THEN 10
        WHEN 'suspension_en_cours' THEN 20
        WHEN 'retablissement_droits' THEN 30
        WHEN 'situation_sensible' THEN 40
        WHEN 'normale' THEN 100
        ELSE 50
    END
"""


def upgrade() -> None:
    """Puts the studies that wait in the order of the list."""
    op.execute(_RANKS)


def downgrade() -> None:
    """Migrations only go forward: a release expands, a later one contracts."""
    raise NotImplementedError

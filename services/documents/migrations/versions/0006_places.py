"""Editions follow their dossier when it moves to another territory or référent, or is merged into another.

Revision ID: 0006
Revises: 0005
"""

from alembic import op

from shared.places import schema

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the table of places and what makes `edition` follow it: of an edition, that alone changes."""
    schema.create_v1("edition")
    op.execute(
        """
        CREATE OR REPLACE FUNCTION edition_never_changes() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE place CONSTANT text[] := '{territory,referent_id}';
        BEGIN
            IF to_jsonb(NEW) - place <> to_jsonb(OLD) - place THEN
                RAISE EXCEPTION 'an edition never changes';
            END IF;
            RETURN NEW;
        END $$
        """
    )


def downgrade() -> None:
    """Migrations only go forward: a release expands, a later one contracts."""
    raise NotImplementedError

"""Print batches: editions of several persons in one PDF.

Revision ID: 0007
Revises: 0006
"""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_STATEMENTS = (
    "ALTER TABLE edition ADD COLUMN recipient text",
    """
    CREATE TABLE print_batch (
        id uuid PRIMARY KEY,
        agent text NOT NULL,
        title text NOT NULL,
        recto_verso boolean NOT NULL,
        made_at timestamptz NOT NULL,
        state text NOT NULL,
        parts integer NOT NULL,
        uri text,
        sha256 text,
        size integer,
        pages integer,
        CHECK ((state = 'pret') = (uri IS NOT NULL))
    )
    """,
    # One person erased, and the whole batch goes: their letter is in its PDF.
    """
    CREATE TABLE print_item (
        batch_id uuid NOT NULL REFERENCES print_batch (id) ON DELETE CASCADE,
        edition_id uuid NOT NULL,
        dossier_id uuid NOT NULL,
        place integer,
        part integer,
        failure text,
        PRIMARY KEY (batch_id, edition_id)
    )
    """,
    "CREATE INDEX print_item_of_dossier ON print_item (dossier_id)",
    """
    CREATE TABLE print_part (
        batch_id uuid NOT NULL REFERENCES print_batch (id) ON DELETE CASCADE,
        number integer NOT NULL,
        uri text NOT NULL,
        sha256 text NOT NULL,
        size integer NOT NULL,
        PRIMARY KEY (batch_id, number)
    )
    """,
)


def upgrade() -> None:
    """Creates the tables, and the column by which batches are sorted."""
    for statement in _STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """Migrations only go forward: a release expands, a later one contracts."""
    raise NotImplementedError

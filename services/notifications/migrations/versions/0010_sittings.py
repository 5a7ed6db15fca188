"""Members of commissions are told of their sessions: agents' cards, what each member knows, messages about no CER.

Revision ID: 0010
Revises: 0009
"""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_STATEMENTS = (
    """
    CREATE TABLE agent_card (
        agent_id text PRIMARY KEY,
        version integer NOT NULL,
        card text
    )
    """,
    """
    CREATE TABLE sitting (
        session_id uuid PRIMARY KEY,
        version integer NOT NULL,
        state text NOT NULL,
        label text NOT NULL,
        at timestamptz,
        place text NOT NULL,
        members jsonb NOT NULL,
        told jsonb NOT NULL,
        unreached jsonb NOT NULL
    )
    """,
    "CREATE INDEX sitting_unreached ON sitting USING gin (unreached jsonb_path_ops)",
    "ALTER TABLE message ALTER COLUMN cer_id DROP NOT NULL, ALTER COLUMN dossier_id DROP NOT NULL",
    "ALTER TABLE message ADD COLUMN session_id uuid",
    """
    ALTER TABLE message ADD CONSTRAINT message_is_about CHECK
        ((session_id IS NULL) = (cer_id IS NOT NULL) AND (cer_id IS NULL) = (dossier_id IS NULL))
    """,
    "CREATE INDEX message_of_session ON message (session_id) WHERE session_id IS NOT NULL",
)


def upgrade() -> None:
    """Adds tables and a column: the version before goes on beside."""
    for statement in _STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """Migrations only go forward: a release expands, a later one contracts."""
    raise NotImplementedError

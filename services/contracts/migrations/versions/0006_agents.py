"""The directory of agents: several territories, partner bodies, replacements.

Revision ID: 0006
Revises: 0005
"""

import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

# With defaults: the version before writes agents without these columns.
_STATEMENTS = (
    """
    ALTER TABLE agent
        ADD COLUMN territories text[] NOT NULL DEFAULT '{}',
        ADD COLUMN name_key text NOT NULL DEFAULT '',
        ADD COLUMN organisation text,
        ADD COLUMN managed boolean NOT NULL DEFAULT false
    """,
    "UPDATE agent SET territories = ARRAY[territory] WHERE territory IS NOT NULL",
    """
    CREATE TABLE replacement (
        id uuid PRIMARY KEY,
        version integer NOT NULL,
        absent_id text NOT NULL REFERENCES agent (id),
        substitute_id text NOT NULL REFERENCES agent (id),
        first_day date NOT NULL,
        last_day date NOT NULL,
        made_by text NOT NULL,
        made_at timestamptz NOT NULL,
        revoked_by text,
        CHECK (absent_id <> substitute_id),
        CHECK (first_day <= last_day)
    )
    """,
    "CREATE INDEX replacement_by_substitute ON replacement (substitute_id, last_day) WHERE revoked_by IS NULL",
    "CREATE INDEX replacement_of_absent ON replacement (absent_id, last_day)",
    "ALTER TABLE cer_history ADD COLUMN on_behalf_of text",
)


def upgrade() -> None:
    """Adds what the directory needs, and the search key of the agents already known."""
    for statement in _STATEMENTS:
        op.execute(statement)
    connection = op.get_bind()
    for agent_id, name in connection.execute(sa.text("SELECT id, full_name FROM agent")).all():
        key = "".join(char for char in unicodedata.normalize("NFKD", name.upper()) if char.isalnum())
        connection.execute(sa.text("UPDATE agent SET name_key = :key WHERE id = :id"), {"key": key, "id": agent_id})


def downgrade() -> None:
    """Migrations only go forward: a release expands, a later one contracts."""
    raise NotImplementedError

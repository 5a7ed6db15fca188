"""Channels, proofs, digests, print batches, what persons do not want, and how fast providers are asked.

Revision ID: 0007
Revises: 0006
"""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_STATEMENTS = (
    """
    ALTER TABLE message
        ADD COLUMN channel text NOT NULL DEFAULT 'mail' CHECK (channel IN ('mail', 'sms', 'letter')),
        ADD COLUMN provider text NOT NULL DEFAULT '',
        ADD COLUMN receipt text,
        ADD COLUMN template_version text,
        ADD COLUMN delivery text,
        ADD COLUMN delivery_at timestamptz,
        ADD COLUMN digest_id uuid,
        ADD COLUMN batch_id uuid,
        ADD COLUMN batch_place integer
    """,
    # What is told to the service alone has no référent.
    "ALTER TABLE message ALTER COLUMN referent DROP NOT NULL",
    "ALTER TABLE message DROP CONSTRAINT message_status_check",
    """
    ALTER TABLE message ADD CONSTRAINT message_status_check CHECK
        (status IN ('pending', 'delivered', 'failed', 'unknown', 'no_address', 'withdrawn', 'opted_out'))
    """,
    "CREATE INDEX message_log ON message (dossier_id, created_at)",
    "CREATE INDEX message_of_digest ON message (digest_id) WHERE digest_id IS NOT NULL",
    "CREATE INDEX message_of_batch ON message (batch_id, batch_place) WHERE batch_id IS NOT NULL",
    """
    CREATE INDEX letter_to_print ON message (territory, created_at)
        WHERE channel = 'letter' AND status = 'pending' AND batch_id IS NULL
    """,
    """
    CREATE TABLE digest (
        id uuid PRIMARY KEY,
        template text NOT NULL,
        recipient text NOT NULL,
        territory text NOT NULL,
        referent text,
        due_at timestamptz NOT NULL,
        closed_at timestamptz
    )
    """,
    """
    CREATE TABLE template_version (
        version text PRIMARY KEY,
        template text NOT NULL,
        content jsonb NOT NULL,
        kept_at timestamptz NOT NULL
    )
    """,
    """
    CREATE TABLE provider_pace (
        provider text PRIMARY KEY,
        tokens double precision NOT NULL,
        counted_at timestamptz NOT NULL
    )
    """,
    """
    CREATE TABLE preference (
        dossier_id uuid PRIMARY KEY,
        optional_messages boolean NOT NULL,
        version integer NOT NULL,
        changed_by text NOT NULL,
        changed_at timestamptz NOT NULL
    )
    """,
    """
    CREATE TABLE print_batch (
        id uuid PRIMARY KEY,
        territory text,
        status text NOT NULL CHECK (status IN ('made', 'printed', 'posted')),
        version integer NOT NULL,
        made_by text NOT NULL,
        made_at timestamptz NOT NULL,
        printed_by text,
        printed_at timestamptz,
        posted_by text,
        posted_at timestamptz
    )
    """,
    "CREATE INDEX print_batch_by_age ON print_batch (made_at, id)",
)


def upgrade() -> None:
    """Adds columns with defaults and new tables: the version before goes on beside."""
    for statement in _STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """Migrations only go forward: a release expands, a later one contracts."""
    raise NotImplementedError

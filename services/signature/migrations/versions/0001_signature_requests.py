"""Signature requests, their codes, the pages shown, the steps of the evidence, the day's counts."""

from alembic import op

from shared.messaging import schema

revision = "0001"
down_revision = None

_TABLES = (
    # Never more than five tries, whatever the code does: the check.
    """
    CREATE TABLE signature_request (
        id uuid PRIMARY KEY,
        cer_id uuid NOT NULL,
        attempt integer NOT NULL,
        dossier_id uuid NOT NULL,
        territory text NOT NULL,
        identity text NOT NULL,
        referent text NOT NULL,
        state text NOT NULL,
        numero integer,
        referent_id text,
        deadline timestamptz,
        phone_entered_today boolean,
        phone_shared boolean,
        phone_is_agents boolean,
        edition_id uuid,
        edition_document jsonb,
        edition_pages integer,
        phone_masked text,
        expires_at timestamptz,
        tries integer NOT NULL CHECK (tries BETWEEN 0 AND 5),
        signed_at timestamptz,
        entered_by text,
        ended_at timestamptz,
        ended_because text,
        document jsonb,
        evidence jsonb,
        version integer NOT NULL,
        told integer NOT NULL,
        UNIQUE (cer_id, attempt)
    )
    """,
    "CREATE INDEX signature_request_open ON signature_request (expires_at) WHERE state IN ('opened', 'code_sent')",
    """
    CREATE TABLE code (
        id uuid PRIMARY KEY,
        request_id uuid NOT NULL REFERENCES signature_request (id),
        sequence integer NOT NULL CHECK (sequence BETWEEN 1 AND 3),
        keyed_hash text NOT NULL,
        asked_at timestamptz NOT NULL,
        asked_by text NOT NULL,
        status text NOT NULL,
        receipt text,
        UNIQUE (request_id, sequence)
    )
    """,
    """
    CREATE TABLE page_shown (
        request_id uuid NOT NULL REFERENCES signature_request (id),
        agent text NOT NULL,
        page integer NOT NULL,
        first_at timestamptz NOT NULL,
        last_at timestamptz NOT NULL,
        times integer NOT NULL,
        PRIMARY KEY (request_id, agent, page)
    )
    """,
    """
    CREATE TABLE step (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        request_id uuid NOT NULL REFERENCES signature_request (id),
        at timestamptz NOT NULL,
        verb text NOT NULL,
        agent text,
        detail jsonb NOT NULL
    )
    """,
    "CREATE INDEX step_of_request ON step (request_id, id)",
    """
    CREATE TABLE quota (
        scope text NOT NULL,
        key text NOT NULL,
        day date NOT NULL,
        used integer NOT NULL,
        PRIMARY KEY (scope, key, day)
    )
    """,
)


def upgrade() -> None:
    """Creates the messaging tables and signature's own."""
    schema.create_v1()
    for statement in _TABLES:
        op.execute(statement)


def downgrade() -> None:
    """Migrations only go forward: a release expands, a later one contracts."""
    raise NotImplementedError

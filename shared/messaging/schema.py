"""Creates the messaging tables: each service's first migration calls `create_v1`.

A released function never changes: a later change of these tables is a new function and a new migration.
"""

from alembic import op

_V1 = (
    """
    CREATE TABLE outbox (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        event_id uuid NOT NULL UNIQUE,
        aggregate_type text NOT NULL,
        aggregate_id text NOT NULL,
        aggregate_version bigint NOT NULL,
        type text NOT NULL,
        topic text NOT NULL,
        key text NOT NULL,
        headers jsonb NOT NULL,
        payload bytea NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        published_at timestamptz,
        set_aside_at timestamptz,
        error text,
        UNIQUE (aggregate_type, aggregate_id, aggregate_version, type)
    )
    """,
    "CREATE INDEX outbox_pending ON outbox (id) WHERE published_at IS NULL",
    # Empty but for accidents: what tells the relay at no cost that nothing holds a key back.
    "CREATE INDEX outbox_set_aside ON outbox (topic, key, id) WHERE set_aside_at IS NOT NULL AND published_at IS NULL",
    """
    CREATE TABLE inbox (
        consumer text NOT NULL,
        event_id uuid NOT NULL,
        processed_at timestamptz NOT NULL DEFAULT now(),
        ending text,
        reason text,
        PRIMARY KEY (consumer, event_id)
    )
    """,
    "CREATE INDEX inbox_unfinished ON inbox (processed_at) WHERE ending IS NOT NULL",
    """
    CREATE TABLE parked_event (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        consumer text NOT NULL,
        event_id uuid,
        type text,
        topic text NOT NULL,
        partition integer NOT NULL,
        kafka_offset bigint NOT NULL,
        key bytea,
        headers jsonb NOT NULL,
        value bytea,
        code text NOT NULL,
        reason text NOT NULL,
        ordered boolean NOT NULL,
        attempts integer NOT NULL DEFAULT 1,
        parked_at timestamptz NOT NULL DEFAULT now(),
        resolved_at timestamptz,
        resolution text,
        UNIQUE NULLS NOT DISTINCT (consumer, topic, partition, kafka_offset, event_id)
    )
    """,
    "CREATE INDEX parked_open ON parked_event (consumer, topic, key) WHERE resolved_at IS NULL AND ordered",
    """
    CREATE TABLE work (
        id uuid PRIMARY KEY,
        kind text NOT NULL,
        payload jsonb NOT NULL,
        traceparent text,
        status text NOT NULL DEFAULT 'ready',
        attempts integer NOT NULL DEFAULT 0,
        lapses integer NOT NULL DEFAULT 0,
        available_at timestamptz NOT NULL DEFAULT now(),
        lease uuid,
        leased_until timestamptz,
        handed_over_at timestamptz,
        code text,
        created_at timestamptz NOT NULL DEFAULT now(),
        finished_at timestamptz
    )
    """,
    "CREATE INDEX work_ready ON work (kind, available_at) WHERE status = 'ready'",
    "CREATE INDEX work_leased ON work (kind, leased_until) WHERE status = 'leased'",
    """
    CREATE TABLE idempotency_key (
        actor text NOT NULL,
        key text NOT NULL,
        fingerprint text NOT NULL,
        status integer,
        headers jsonb,
        body jsonb,
        created_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (actor, key)
    )
    """,
)

# Which keys (a dossier's, those of its CERs) belong to an erased person: every consumer asks before it reacts.
_V2 = (
    """
    CREATE TABLE erased (
        key bytea PRIMARY KEY,
        dossier_id uuid NOT NULL,
        erased_at timestamptz NOT NULL
    )
    """,
    # An erasure holds the lock alone, an event of the person shares it: whichever comes second sees what the first did.
    # Volatile, so that its query has a snapshot of its own, taken once the lock is held (READ COMMITTED).
    """
    CREATE FUNCTION is_erased(asked bytea) RETURNS boolean LANGUAGE plpgsql VOLATILE AS $$
    BEGIN
        IF asked IS NULL THEN RETURN false; END IF;
        PERFORM pg_advisory_xact_lock_shared(7033, hashtext(encode(asked, 'hex')));
        RETURN EXISTS (SELECT FROM erased WHERE key = asked);
    END $$
    """,
    "CREATE INDEX outbox_by_key ON outbox (key)",
)


def create_v1() -> None:
    """Outbox, inbox, parked events, work rows and idempotency keys, first version."""
    for statement in _V1:
        op.execute(statement)


def create_v2() -> None:
    """What the erasure of a person needs."""
    for statement in _V2:
        op.execute(statement)

"""The messaging tables that each service has in its own database, for statements at run time.

`shared/messaging/schema.py` creates them; a test holds the two together.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

metadata = MetaData()

outbox = Table(
    "outbox",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("event_id", Uuid, nullable=False, unique=True),
    Column("aggregate_type", Text, nullable=False),
    Column("aggregate_id", Text, nullable=False),
    Column("aggregate_version", BigInteger, nullable=False),
    Column("type", Text, nullable=False),
    Column("topic", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("headers", JSONB, nullable=False),
    Column("payload", LargeBinary, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("published_at", DateTime(timezone=True)),
    Column("set_aside_at", DateTime(timezone=True)),
    Column("error", Text),
    UniqueConstraint("aggregate_type", "aggregate_id", "aggregate_version", "type"),
    Index("outbox_pending", "id", postgresql_where=text("published_at IS NULL")),
    Index(
        "outbox_set_aside",
        "topic",
        "key",
        "id",
        postgresql_where=text("set_aside_at IS NOT NULL AND published_at IS NULL"),
    ),
    Index("outbox_by_key", "key"),
)

inbox = Table(
    "inbox",
    metadata,
    Column("consumer", Text, primary_key=True),
    Column("event_id", Uuid, primary_key=True),
    Column("processed_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("ending", Text),
    Column("reason", Text),
    Index("inbox_unfinished", "processed_at", postgresql_where=text("ending IS NOT NULL")),
)

parked_event = Table(
    "parked_event",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("consumer", Text, nullable=False),
    Column("event_id", Uuid),
    Column("type", Text),
    Column("topic", Text, nullable=False),
    Column("partition", Integer, nullable=False),
    Column("kafka_offset", BigInteger, nullable=False),
    Column("key", LargeBinary),
    Column("headers", JSONB, nullable=False),
    Column("value", LargeBinary),
    Column("code", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("ordered", Boolean, nullable=False),
    Column("attempts", Integer, nullable=False, server_default=text("1")),
    Column("parked_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("resolved_at", DateTime(timezone=True)),
    Column("resolution", Text),
    # With the event's id: topics that were built anew count their offsets from 0 again.
    UniqueConstraint("consumer", "topic", "partition", "kafka_offset", "event_id", postgresql_nulls_not_distinct=True),
    Index("parked_open", "consumer", "topic", "key", postgresql_where=text("resolved_at IS NULL AND ordered")),
)

work = Table(
    "work",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("payload", JSONB, nullable=False),
    Column("traceparent", Text),
    Column("status", Text, nullable=False, server_default=text("'ready'")),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("lapses", Integer, nullable=False, server_default=text("0")),
    Column("available_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("lease", Uuid),
    Column("leased_until", DateTime(timezone=True)),
    Column("handed_over_at", DateTime(timezone=True)),
    Column("code", Text),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("finished_at", DateTime(timezone=True)),
    Index("work_ready", "kind", "available_at", postgresql_where=text("status = 'ready'")),
    Index("work_leased", "kind", "leased_until", postgresql_where=text("status = 'leased'")),
)

idempotency_key = Table(
    "idempotency_key",
    metadata,
    Column("actor", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("fingerprint", Text, nullable=False),
    Column("status", Integer),
    Column("headers", JSONB),
    Column("body", JSONB),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)

erased = Table(
    "erased",
    metadata,
    Column("key", LargeBinary, primary_key=True),
    Column("dossier_id", Uuid, nullable=False),
    Column("erased_at", DateTime(timezone=True), nullable=False),
)


def attach(target: MetaData) -> None:
    """Adds the messaging tables to a service's own metadata, so that alembic sees the whole database."""
    for table in metadata.sorted_tables:
        table.to_metadata(target)

"""The audit: entries, the heads that were published, the places where old entries were pruned. All append-only."""

from typing import Any

from sqlalchemy import BigInteger, Column, DateTime, Identity, LargeBinary, MetaData, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY

metadata = MetaData()


def _record() -> list[Column[Any]]:
    """What an entry holds but its place in the chain."""
    return [
        Column("at", DateTime(timezone=True), nullable=False),
        Column("actor", Text, nullable=False),
        Column("role", Text, nullable=False),
        Column("operation", Text, nullable=False),
        Column("outcome", Text, nullable=False),
        Column("dossiers", ARRAY(Uuid), nullable=False),
        Column("cers", ARRAY(Uuid), nullable=False),
        Column("relation", Text),
        Column("on_behalf_of", Text),
    ]


audit_entry = Table(
    "audit_entry",
    metadata,
    # Given by the chain: without gap, unlike a sequence.
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    *_record(),
    Column("previous_hash", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
)

audit_head = Table(
    "audit_head",
    metadata,
    Column("entry_id", BigInteger, primary_key=True, autoincrement=False),
    Column("hash", LargeBinary, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
)

# What writes left in their own transaction, until it is chained.
audit_pending = Table(
    "audit_pending", metadata, Column("id", BigInteger, Identity(always=True), primary_key=True), *_record()
)

# What stood at `entry_id` when it and all before it were pruned: the chain is verified from there.
audit_anchor = Table(
    "audit_anchor",
    metadata,
    Column("entry_id", BigInteger, primary_key=True, autoincrement=False),
    Column("hash", LargeBinary, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("pruned_at", DateTime(timezone=True), nullable=False),
)

BESIDES = {
    "audit_entry": "ids and acts of agents: the record of who read what outlives the person",
    "audit_pending": "entries that wait for their place in the chain: ids, as in the chain",
    "audit_head": "hashes",
    "audit_anchor": "hashes",
}
"""For the holdings of a service."""


def attach(service: MetaData) -> None:
    """Gives a service's own metadata the same tables."""
    for table in metadata.sorted_tables:
        table.to_metadata(service)

"""The audit: entries, the heads that were published, the places where old entries were pruned. All append-only."""

from sqlalchemy import BigInteger, Column, DateTime, LargeBinary, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY

from services.contracts.adapters.tables.base import metadata

audit_entry = Table(
    "audit_entry",
    metadata,
    # Given by the chain: without gap, unlike a sequence.
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("actor", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("operation", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("dossiers", ARRAY(Uuid), nullable=False),
    Column("cers", ARRAY(Uuid), nullable=False),
    Column("relation", Text),
    Column("on_behalf_of", Text),
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

# What stood at `entry_id` when it and all before it were pruned: the chain is verified from there.
audit_anchor = Table(
    "audit_anchor",
    metadata,
    Column("entry_id", BigInteger, primary_key=True, autoincrement=False),
    Column("hash", LargeBinary, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("pruned_at", DateTime(timezone=True), nullable=False),
)

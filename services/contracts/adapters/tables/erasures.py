"""The ledger of erasures, who answered, and legal holds."""

from sqlalchemy import BigInteger, Column, DateTime, Identity, Integer, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY

from services.contracts.adapters.tables.base import metadata

# Ids, dates, codes: it stays for good, so that a restored backup can be told again.
erasure = Table(
    "erasure",
    metadata,
    Column("number", BigInteger, Identity(always=True), primary_key=True),
    Column("dossier_id", Uuid, nullable=False, unique=True),
    Column("cer_ids", ARRAY(Uuid), nullable=False),
    Column("ground", Text, nullable=False),
    Column("asked_by", Text, nullable=False),
    Column("erased_at", DateTime(timezone=True), nullable=False),
    # Of the dossier, counted on: each telling is the next version.
    Column("version", Integer, nullable=False),
)

erasure_answer = Table(
    "erasure_answer",
    metadata,
    Column("number", BigInteger, primary_key=True),
    Column("service", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("answered_at", DateTime(timezone=True), nullable=False),
    Column("rows", Integer, nullable=False),
    Column("files", Integer, nullable=False),
)

legal_hold = Table(
    "legal_hold",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("dossier_id", Uuid, nullable=False),
    Column("reason", Text, nullable=False),
    Column("set_by", Text, nullable=False),
    Column("set_at", DateTime(timezone=True), nullable=False),
    Column("lifted_by", Text),
    Column("lifted_at", DateTime(timezone=True)),
    Column("lifted_reason", Text),
)

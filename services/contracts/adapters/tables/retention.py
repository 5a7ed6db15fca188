"""Dossiers moved out of the active base, and until when their archive keeps them."""

from sqlalchemy import BigInteger, Column, DateTime, Identity, Table, Text, Uuid

from services.contracts.adapters.tables.base import metadata

archived_dossier = Table(
    "archived_dossier",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("dossier_id", Uuid, nullable=False),
    Column("archived_at", DateTime(timezone=True), nullable=False),
    Column("archived_by", Text, nullable=False),
    Column("keep_until", DateTime(timezone=True), nullable=False),
    Column("restored_at", DateTime(timezone=True)),
    Column("restored_by", Text),
    Column("restored_reason", Text),
)

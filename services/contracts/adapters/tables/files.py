"""Pièces jointes; their bytes are in the object store."""

from sqlalchemy import BigInteger, Column, DateTime, Integer, Table, Text, Uuid

from services.contracts.adapters.tables.base import metadata

attachment = Table(
    "attachment",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("dossier_id", Uuid, nullable=False),
    Column("cer_id", Uuid),
    Column("version", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("diagnostic", Text),
    Column("title", Text, nullable=False),
    Column("content_type", Text, nullable=False),
    Column("uri", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("serial", Text),
    Column("added_by", Text, nullable=False),
    Column("added_at", DateTime(timezone=True), nullable=False),
    Column("state", Text, nullable=False),
    Column("code", Text),
    Column("removed_by", Text),
    Column("removed_at", DateTime(timezone=True)),
)

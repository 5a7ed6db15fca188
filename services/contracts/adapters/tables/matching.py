"""Persons of a file whom an agent has to tell apart."""

from sqlalchemy import Column, DateTime, Integer, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from services.contracts.adapters.tables.base import metadata

matching = Table(
    "matching",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("organisme", Text, nullable=False),
    Column("numero_organisme", Text, nullable=False),
    Column("matricule", Text, nullable=False),
    Column("person", JSONB, nullable=False),
    Column("rank", Integer, nullable=False),
    Column("candidates", ARRAY(Uuid), nullable=False),
    Column("territory", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("line", Integer, nullable=False),
    Column("first_seen_at", DateTime(timezone=True), nullable=False),
    Column("seen_at", DateTime(timezone=True), nullable=False),
    Column("state", Text, nullable=False),
    Column("dossier_id", Uuid),
    Column("resolved_by", Text),
    Column("resolved_at", DateTime(timezone=True)),
)

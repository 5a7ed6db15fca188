"""Dossiers that may be one person."""

from sqlalchemy import Column, DateTime, Float, Integer, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY

from services.contracts.adapters.tables.base import metadata

duplicate = Table(
    "duplicate",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("one", Uuid, nullable=False),
    Column("other", Uuid, nullable=False),
    Column("reasons", ARRAY(Text), nullable=False),
    Column("score", Float, nullable=False),
    Column("found_at", DateTime(timezone=True), nullable=False),
    Column("state", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("settled_by", Text),
    Column("settled_at", DateTime(timezone=True)),
)

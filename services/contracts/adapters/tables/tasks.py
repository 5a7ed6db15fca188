"""What the insertion service was asked to do for a CER."""

from sqlalchemy import Column, Date, DateTime, Integer, Table, Text, Uuid

from services.contracts.adapters.tables.base import metadata

cer_task = Table(
    "cer_task",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("cer_id", Uuid, nullable=False),
    Column("kind", Text, nullable=False),
    Column("submission", Integer, nullable=False),
    Column("opened_at", DateTime(timezone=True), nullable=False),
    Column("opened_by", Text, nullable=False),
    Column("closed_on", Date),
    Column("closed_at", DateTime(timezone=True)),
    Column("closed_by", Text),
    Column("outcome", Text),
)

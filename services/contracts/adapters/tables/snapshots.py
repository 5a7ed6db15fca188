"""What a snapshot tells beside the CER itself, and how far a republish came."""

from sqlalchemy import Column, DateTime, Integer, Table, Text, Uuid

from services.contracts.adapters.tables.base import metadata

# How far contracts followed validation: so that a study that was lost can be told again as it was.
followed_study = Table(
    "followed_study",
    metadata,
    Column("cer_id", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("commission_kind", Text),
    Column("decider", Text),
)

republish = Table(
    "republish",
    metadata,
    Column("what", Text, primary_key=True),
    Column("after", Text),
    Column("told", Integer, nullable=False),
    Column("started_at", DateTime(timezone=True), nullable=False),
    Column("finished_at", DateTime(timezone=True)),
)

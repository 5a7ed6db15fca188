"""Agents, and who stands in for whom."""

from sqlalchemy import Boolean, Column, Date, DateTime, Integer, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY

from services.contracts.adapters.tables.base import metadata

agent = Table(
    "agent",
    metadata,
    Column("id", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("role", Text, nullable=False),
    # The first of the territories.
    Column("territory", Text),
    Column("territories", ARRAY(Text), nullable=False),
    Column("full_name", Text, nullable=False),
    # Without accents or case: what a search compares.
    Column("name_key", Text, nullable=False),
    Column("mail", Text),
    Column("quality", Text, nullable=False),
    Column("organisation", Text),
    Column("active", Boolean, nullable=False),
    Column("managed", Boolean, nullable=False),
    Column("telephone", Text),
)

replacement = Table(
    "replacement",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("absent_id", Text, nullable=False),
    Column("substitute_id", Text, nullable=False),
    Column("first_day", Date, nullable=False),
    Column("last_day", Date, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("made_at", DateTime(timezone=True), nullable=False),
    Column("revoked_by", Text),
)

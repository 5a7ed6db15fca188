"""Agents."""

from sqlalchemy import Boolean, Column, Integer, Table, Text

from services.contracts.adapters.tables.base import metadata

agent = Table(
    "agent",
    metadata,
    Column("id", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("role", Text, nullable=False),
    Column("territory", Text),
    Column("full_name", Text, nullable=False),
    Column("mail", Text),
    Column("quality", Text, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("telephone", Text),
)

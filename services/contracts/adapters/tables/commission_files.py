"""Which CERs are open to the members of commissions' sessions."""

from sqlalchemy import Boolean, Column, DateTime, Integer, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY

from services.contracts.adapters.tables.base import metadata

commission_file = Table(
    "commission_file",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("session_id", Uuid, nullable=False),
    Column("cer_id", Uuid, nullable=False),
    Column("dossier_id", Uuid, nullable=False),
    # Of the session: what an older event says changes nothing.
    Column("version", Integer, nullable=False),
    Column("open", Boolean, nullable=False),
    Column("members", ARRAY(Text), nullable=False),
    Column("until", DateTime(timezone=True), nullable=False),
)

"""The tables of notifications. Names and addresses stand only as sealed tokens."""

from sqlalchemy import Column, DateTime, Integer, MetaData, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from shared.accounts import tables as accounts
from shared.messaging.tables import attach
from shared.places import tables as places

metadata = MetaData()

message = Table(
    "message",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("template", Text, nullable=False),
    Column("audience", Text, nullable=False),
    Column("cer_id", Uuid, nullable=False),
    Column("dossier_id", Uuid, nullable=False),
    Column("territory", Text, nullable=False),
    # None in messages made before this was kept.
    Column("referent_id", Text),
    Column("facts", JSONB, nullable=False),
    Column("referent", Text, nullable=False),
    Column("identity", Text),
    Column("attachment", JSONB),
    Column("status", Text, nullable=False),
    Column("status_at", DateTime(timezone=True), nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("version", Integer, nullable=False),
    Column("sending", Integer, nullable=False),
    Column("code", Text, nullable=False),
)

attach(metadata)
accounts.attach(metadata)
places.attach(metadata)

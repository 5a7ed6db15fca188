"""CERs and their history."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    FetchedValue,
    Identity,
    Integer,
    SmallInteger,
    Table,
    Text,
    Uuid,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from services.contracts.adapters.tables.base import metadata

cer = Table(
    "cer",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("dossier_id", Uuid, nullable=False),
    Column("version", Integer, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("numero", Integer, nullable=False),
    Column("nature", Text, nullable=False),
    Column("date_signature", Date),
    Column("date_debut", Date),
    Column("date_demandee", Date),
    Column("date_fin", Date),
    Column("duration_months", Integer),
    Column("requests", ARRAY(Text), nullable=False),
    Column("priority", Text),
    Column("dernier_contrat", Boolean, nullable=False),
    # The rest of what the référent writes; searched by nobody.
    Column("texts", JSONB, nullable=False),
    Column("note", Text, nullable=False),
    Column("note_author_id", Text),
    Column("accord", Text, nullable=False),
    Column("proof", JSONB),
    Column("signing", Text, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("signing_deadline", DateTime(timezone=True)),
    Column("signing_ending", Text),
    Column("submission", Integer, nullable=False),
    Column("submitted_at", DateTime(timezone=True)),
    Column("decision", JSONB),
    Column("decided_at", DateTime(timezone=True)),
    Column("decision_read_at", DateTime(timezone=True)),
    Column("decision_read_by", Text),
    Column("replaced_by", Uuid),
    # Those of the dossier, copied by triggers (migration 0002): what lists are limited by stands in their indexes.
    Column("territory", Text, FetchedValue(), nullable=False),
    Column("referent_id", Text, FetchedValue()),
    # Whether the dossier left the active base (migration 0019).
    Column("archived", Boolean, FetchedValue(), nullable=False),
    # The rank of the priorité in the list that the admin keeps, copied by triggers (migration 0021).
    Column("priority_rank", SmallInteger, FetchedValue(), nullable=False),
    # Computed by the database: the orders of the lists.
    Column("since", DateTime(timezone=True), FetchedValue(), nullable=False),
    Column("fin_key", Date, FetchedValue(), nullable=False),
    Column("pinned", JSONB),
)

cer_history = Table(
    "cer_history",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("cer_id", Uuid, nullable=False),
    Column("version", Integer, nullable=False),
    Column("verb", Text, nullable=False),
    Column("from_state", Text),
    Column("to_state", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("details", JSONB, nullable=False),
    Column("reason", Text, nullable=False),
    Column("on_behalf_of", Text),
)

# The values, texts and note included, of the fields that each change touched; none are left of a deleted proposition.
cer_revision = Table(
    "cer_revision",
    metadata,
    Column("cer_id", Uuid, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("actor", Text, nullable=False),
    Column("verb", Text, nullable=False),
    Column("shown", Integer, nullable=False),
    Column("changes", JSONB, nullable=False),
)

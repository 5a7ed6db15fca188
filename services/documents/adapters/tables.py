"""The tables of documents. Personal data stand only in sealed tokens, and in the files."""

from sqlalchemy import Boolean, Column, Date, DateTime, Integer, MetaData, Table, Text, Uuid, func
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from shared.accounts import tables as accounts
from shared.audit import tables as audit
from shared.messaging.tables import attach
from shared.places import tables as places

metadata = MetaData()

edition = Table(
    "edition",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("cer_id", Uuid, nullable=False),
    Column("dossier_id", Uuid, nullable=False),
    Column("numero", Integer, nullable=False),
    Column("territory", Text, nullable=False),
    # None while nobody accompanied the person, and in editions made before this was kept.
    Column("referent_id", Text),
    Column("kind", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("attempt", Integer),
    Column("submission", Integer),
    Column("made_at", DateTime(timezone=True), nullable=False),
    Column("uri", Text),
    Column("sha256", Text),
    Column("size", Integer),
    Column("pages", Integer),
    Column("fingerprint", Text),
    Column("failure", Text),
    # Who it is for, sealed as it came: a print batch sorts by names. None in editions made before batches were.
    Column("recipient", Text),
)

print_batch = Table(
    "print_batch",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("agent", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("recto_verso", Boolean, nullable=False),
    Column("made_at", DateTime(timezone=True), nullable=False),
    Column("state", Text, nullable=False),
    Column("parts", Integer, nullable=False),
    Column("uri", Text),
    Column("sha256", Text),
    Column("size", Integer),
    Column("pages", Integer),
)

print_item = Table(
    "print_item",
    metadata,
    Column("batch_id", Uuid, primary_key=True),
    Column("edition_id", Uuid, primary_key=True),
    Column("dossier_id", Uuid, nullable=False),
    Column("place", Integer),
    Column("part", Integer),
    Column("failure", Text),
)

print_part = Table(
    "print_part",
    metadata,
    Column("batch_id", Uuid, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("uri", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("size", Integer, nullable=False),
)

legal_text = Table(
    "legal_text",
    metadata,
    Column("key", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("effect", Date, nullable=False),
    Column("paragraphs", ARRAY(Text), nullable=False),
)

territory = Table(
    "territory",
    metadata,
    Column("code", Text, primary_key=True),
    Column("label", Text, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
)

# The CERs vierges that a territory keeps, and every serial that may be on paper.
blank_file = Table(
    "blank_file",
    metadata,
    Column("territory", Text, primary_key=True),
    Column("wanted", Text, nullable=False),
    Column("uri", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("copies", Integer, nullable=False),
    Column("pages", Integer, nullable=False),
    Column("made_at", DateTime(timezone=True), nullable=False),
)

blank_serial = Table(
    "blank_serial",
    metadata,
    Column("serial", Text, primary_key=True),
    Column("territory", Text, nullable=False),
    Column("issued_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)

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
    Column("numero", Integer, nullable=False),
    Column("nature", Text, nullable=False),
    Column("requests", ARRAY(Text), nullable=False),
    Column("identity", Text, nullable=False),
    Column("referent", Text, nullable=False),
    Column("opinion", Text),
    Column("votes", JSONB(none_as_null=True)),
    Column("words", Text),
)

session_edition = Table(
    "session_edition",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("session_id", Uuid, nullable=False),
    Column("kind", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("held_on", Date, nullable=False),
    # Whom it shows: an erasure takes the whole paper.
    Column("cer_ids", ARRAY(Uuid), nullable=False),
    Column("made_at", DateTime(timezone=True), nullable=False),
    Column("uri", Text),
    Column("sha256", Text),
    Column("size", Integer),
    Column("pages", Integer),
    Column("fingerprint", Text),
    Column("failure", Text),
)

attach(metadata)
accounts.attach(metadata)
audit.attach(metadata)
places.attach(metadata)

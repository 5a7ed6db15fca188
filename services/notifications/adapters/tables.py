"""The tables of notifications. Names and addresses stand only as sealed tokens."""

from sqlalchemy import Boolean, Column, DateTime, Double, Integer, MetaData, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from shared.accounts import tables as accounts
from shared.audit import tables as audit
from shared.messaging.tables import attach
from shared.places import tables as places
from shared.quotas import tables as quotas

metadata = MetaData()

message = Table(
    "message",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("template", Text, nullable=False),
    Column("audience", Text, nullable=False),
    # A message is about a CER and its dossier, or about a session of a commission.
    Column("cer_id", Uuid),
    Column("dossier_id", Uuid),
    Column("session_id", Uuid),
    Column("territory", Text, nullable=False),
    # None in messages made before this was kept.
    Column("referent_id", Text),
    Column("facts", JSONB, nullable=False),
    Column("referent", Text),
    Column("identity", Text),
    Column("attachment", JSONB),
    Column("status", Text, nullable=False),
    Column("status_at", DateTime(timezone=True), nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("version", Integer, nullable=False),
    Column("sending", Integer, nullable=False),
    Column("code", Text, nullable=False),
    Column("channel", Text, nullable=False),
    # Who took it and what they gave as a proof; none in messages sent before this was kept.
    Column("provider", Text, nullable=False),
    Column("receipt", Text),
    Column("template_version", Text),
    # What the provider said since.
    Column("delivery", Text),
    Column("delivery_at", DateTime(timezone=True)),
    Column("digest_id", Uuid),
    Column("batch_id", Uuid),
    Column("batch_place", Integer),
)

# One mail for many messages to the same agent or service: open until `closed_at`, then it takes no more.
digest = Table(
    "digest",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("template", Text, nullable=False),
    Column("recipient", Text, nullable=False),
    Column("territory", Text, nullable=False),
    Column("referent", Text),
    Column("due_at", DateTime(timezone=True), nullable=False),
    Column("closed_at", DateTime(timezone=True)),
)

# Each template as it was when a message was written by it: what the person read can be made again.
template_version = Table(
    "template_version",
    metadata,
    Column("version", Text, primary_key=True),
    Column("template", Text, nullable=False),
    Column("content", JSONB, nullable=False),
    Column("kept_at", DateTime(timezone=True), nullable=False),
)

# A token bucket for each provider, shared by all replicas.
provider_pace = Table(
    "provider_pace",
    metadata,
    Column("provider", Text, primary_key=True),
    Column("tokens", Double, nullable=False),
    Column("counted_at", DateTime(timezone=True), nullable=False),
)

preference = Table(
    "preference",
    metadata,
    Column("dossier_id", Uuid, primary_key=True),
    Column("optional_messages", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
    Column("changed_by", Text, nullable=False),
    Column("changed_at", DateTime(timezone=True), nullable=False),
)

# Letters printed and posted by hand together; no territory: of the whole département.
print_batch = Table(
    "print_batch",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("territory", Text),
    Column("status", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("made_at", DateTime(timezone=True), nullable=False),
    Column("printed_by", Text),
    Column("printed_at", DateTime(timezone=True)),
    Column("posted_by", Text),
    Column("posted_at", DateTime(timezone=True)),
)

# Agents' cards, sealed, as contracts told them last; none of a closed account, and version 0 before anything was told.
agent_card = Table(
    "agent_card",
    metadata,
    Column("agent_id", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("card", Text),
)

# A session of a commission: where and when its members know that they are expected, and whom nobody reaches.
sitting = Table(
    "sitting",
    metadata,
    Column("session_id", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("label", Text, nullable=False),
    Column("at", DateTime(timezone=True)),
    Column("place", Text, nullable=False),
    Column("members", JSONB, nullable=False),
    Column("told", JSONB, nullable=False),
    Column("unreached", JSONB, nullable=False),
)

# A signed CER that is handed over by the link of a mail and a code; of tokens and codes there are only keyed hashes.
remise = Table(
    "remise",
    metadata,
    # That of the message.
    Column("id", Uuid, primary_key=True),
    Column("dossier_id", Uuid, nullable=False),
    Column("document", JSONB, nullable=False),
    Column("link_hash", Text, nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("tries", Integer, nullable=False),
    Column("ended_because", Text),
    Column("session_hash", Text),
    Column("session_until", DateTime(timezone=True)),
    Column("downloaded_at", DateTime(timezone=True)),
)

remise_code = Table(
    "remise_code",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("remise_id", Uuid, nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("keyed_hash", Text, nullable=False),
    Column("asked_at", DateTime(timezone=True), nullable=False),
    Column("status", Text, nullable=False),
    Column("used", Boolean, nullable=False),
    Column("provider", Text),
    Column("receipt", Text),
    Column("fault", Text),
    # What the provider said of its SMS since.
    Column("delivery", Text),
)

attach(metadata)
accounts.attach(metadata)
audit.attach(metadata)
places.attach(metadata)
quotas.attach(metadata)

"""The tables of signature. Personal data stand only as sealed tokens; of a code there is only its keyed hash."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Identity,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from shared.accounts import tables as accounts
from shared.audit import tables as audit
from shared.messaging.tables import attach
from shared.places import tables as places
from shared.quotas import tables as quotas

metadata = MetaData()

signature_request = Table(
    "signature_request",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("cer_id", Uuid, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("dossier_id", Uuid, nullable=False),
    Column("territory", Text, nullable=False),
    Column("identity", Text, nullable=False),
    Column("referent", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("provider", Text, nullable=False, server_default=text("'own'")),
    # The half that contracts gives.
    Column("numero", Integer),
    Column("referent_id", Text),
    Column("deadline", DateTime(timezone=True)),
    Column("phone_entered_today", Boolean),
    Column("phone_shared", Boolean),
    Column("phone_is_agents", Boolean),
    Column("phone_since", Date),
    # The half that documents gives.
    Column("edition_id", Uuid),
    Column("edition_document", JSONB(none_as_null=True)),
    Column("edition_pages", Integer),
    Column("phone_masked", Text),
    Column("expires_at", DateTime(timezone=True)),
    Column("tries", Integer, nullable=False),
    Column("signed_at", DateTime(timezone=True)),
    Column("entered_by", Text),
    Column("ended_at", DateTime(timezone=True)),
    Column("ended_because", Text),
    Column("document", JSONB(none_as_null=True)),
    Column("evidence", JSONB(none_as_null=True)),
    # What came after the evidence, signed: the newest.
    Column("addendum", JSONB(none_as_null=True)),
    # When the first of both files stops proving anything by itself; none: nobody has looked yet.
    Column("proofs_until", DateTime(timezone=True)),
    Column("version", Integer, nullable=False),
    Column("told", Integer, nullable=False),
)

code = Table(
    "code",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("request_id", Uuid, nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("keyed_hash", Text, nullable=False),
    Column("asked_at", DateTime(timezone=True), nullable=False),
    Column("asked_by", Text, nullable=False),
    Column("status", Text, nullable=False),
    # The provider's own id, then who it is, why it did not take the SMS, and its delivery receipt.
    Column("receipt", Text),
    Column("provider", Text),
    Column("fault", Text),
    Column("delivery", Text),
    Column("delivery_at", DateTime(timezone=True)),
    # Of the one-time link and of the session that it opens there are only keyed hashes.
    Column("link_hash", Text),
    Column("link_opened_at", DateTime(timezone=True)),
    Column("session_hash", Text),
)

page_shown = Table(
    "page_shown",
    metadata,
    Column("request_id", Uuid, primary_key=True),
    Column("agent", Text, primary_key=True),
    Column("page", Integer, primary_key=True),
    Column("first_at", DateTime(timezone=True), nullable=False),
    Column("last_at", DateTime(timezone=True), nullable=False),
    Column("times", Integer, nullable=False),
    Column("looked_ms", BigInteger, nullable=False, server_default="0"),
    Column("address", Text),
    Column("device", Text),
)

step = Table(
    "step",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("request_id", Uuid, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("verb", Text, nullable=False),
    Column("agent", Text),
    Column("detail", JSONB, nullable=False),
    # Of who did it: for the evidence alone.
    Column("address", Text),
    Column("device", Text),
)

# A request's counterpart at Yousign: ids there, the fingerprint that it gave of the document, when it opened.
yousign_request = Table(
    "yousign_request",
    metadata,
    Column("request_id", Uuid, primary_key=True),
    Column("remote_id", Text),
    Column("document_id", Text),
    Column("document_sha256", Text),
    Column("signer_id", Text),
    Column("activated_at", DateTime(timezone=True)),
    Index("yousign_request_remote", "remote_id"),
)

attach(metadata)
accounts.attach(metadata)
audit.attach(metadata)
places.attach(metadata)
quotas.attach(metadata)

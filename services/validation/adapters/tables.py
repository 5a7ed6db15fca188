"""The tables of validation. Personal data stand only as sealed tokens.

`migrations/` creates them, with the constraints that hold a decision to be one, by another person than the author,
and on the commission's path to follow its opinion.
"""

from sqlalchemy import BigInteger, Boolean, Column, Date, DateTime, Identity, Integer, MetaData, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from shared.accounts import tables as accounts
from shared.audit import tables as audit
from shared.messaging.tables import attach

metadata = MetaData()

study = Table(
    "study",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("cer_id", Uuid, nullable=False, unique=True),
    Column("dossier_id", Uuid, nullable=False),
    Column("numero", Integer, nullable=False),
    Column("nature", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("since", DateTime(timezone=True), nullable=False),
    Column("version", Integer, nullable=False),
    Column("submission", Integer, nullable=False),
    Column("submitted_at", DateTime(timezone=True), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("territory", Text, nullable=False),
    Column("referent_id", Text, nullable=False),
    Column("priority", Text, nullable=False),
    Column("requests", ARRAY(Text), nullable=False),
    Column("accord", Text, nullable=False),
    Column("date_debut", Date, nullable=False),
    Column("date_demandee", Date),
    Column("date_fin", Date),
    Column("identity", Text, nullable=False),
    Column("referent", Text, nullable=False),
    Column("author_ids", ARRAY(Text), nullable=False, server_default="{}"),
    Column("commission_kind", Text),
    Column("opinion", Text),
    # The worklist's order, kept beside what it is worked out from (domain/worklist.py).
    Column("accord_rank", Integer, nullable=False),
    Column("priority_rank", Integer, nullable=False),
)

study_move = Table(
    "study_move",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("study_id", Uuid, nullable=False),
    Column("version", Integer, nullable=False),
    Column("submission", Integer, nullable=False),
    Column("verb", Text, nullable=False),
    Column("source", Text),
    Column("target", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("detail", Text, nullable=False),
    Column("reason", Text),
    # When the study came to the state that this move left; none where it stayed.
    Column("source_since", DateTime(timezone=True)),
)

decision = Table(
    "decision",
    metadata,
    Column("study_id", Uuid, primary_key=True),
    Column("submission", Integer, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("path", Text, nullable=False),
    Column("opinion", Text),
    Column("decided_at", DateTime(timezone=True), nullable=False),
    Column("decided_by", Text, nullable=False),
    Column("referent_id", Text, nullable=False),
    Column("date_debut", Date),
    Column("text", Text, nullable=False),
    Column("decider", Text, nullable=False),
    Column("author_ids", ARRAY(Text), nullable=False, server_default="{}"),
    Column("motive_codes", ARRAY(Text), nullable=False, server_default="{}"),
    # Where it was made by delegation: which, and in whose place.
    Column("delegation_id", Uuid),
    Column("delegated_by", Text),
)

study_charge = Table(
    "study_charge",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("study_id", Uuid, nullable=False),
    Column("agent_id", Text, nullable=False),
    Column("agent", Text, nullable=False),
    Column("since", DateTime(timezone=True), nullable=False),
    Column("released_at", DateTime(timezone=True)),
    Column("released_by", Text),
)

study_alert = Table(
    "study_alert",
    metadata,
    Column("study_id", Uuid, primary_key=True),
    # When the study came to the state in which it is late.
    Column("since", DateTime(timezone=True), primary_key=True),
    Column("days", Integer, nullable=False),
    Column("told_at", DateTime(timezone=True), nullable=False),
)

# Who had which submission before their eyes: a series is decided on these alone.
study_opening = Table(
    "study_opening",
    metadata,
    Column("study_id", Uuid, primary_key=True),
    Column("agent_id", Text, primary_key=True),
    Column("submission", Integer, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
)

delegation = Table(
    "delegation",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("delegator_id", Text, nullable=False),
    Column("delegate_id", Text, nullable=False),
    # Legal dates (Europe/Paris), both included.
    Column("first_day", Date, nullable=False),
    Column("last_day", Date, nullable=False),
    Column("territories", ARRAY(Text), nullable=False),
    Column("natures", ARRAY(Text), nullable=False),
    Column("made_by", Text, nullable=False),
    Column("made_at", DateTime(timezone=True), nullable=False),
    Column("ended_at", DateTime(timezone=True)),
    Column("ended_by", Text),
)

kept_list = Table(
    "kept_list",
    metadata,
    Column("id", Text, primary_key=True),
    # Of the event that told it: an older one that comes later changes nothing.
    Column("version", Integer, nullable=False),
    Column("entries", JSONB, nullable=False),
)

kept_territory = Table(
    "kept_territory",
    metadata,
    Column("code", Text, primary_key=True),
    Column("version", Integer, nullable=False),
)

# A row for each version of the routing rules: none is ever changed.
rule_book = Table(
    "rule_book",
    metadata,
    Column("version", Integer, primary_key=True),
    Column("rules", JSONB, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
)

commission_session = Table(
    "commission_session",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("label", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("place", Text, nullable=False),
    Column("territory", Text),
    Column("state", Text, nullable=False),
    Column("secretary", Text, nullable=False),
    Column("quorum", Integer, nullable=False),
    Column("version", Integer, nullable=False),
)

session_member = Table(
    "session_member",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("session_id", Uuid, nullable=False),
    Column("agent_id", Text),
    Column("card", Text, nullable=False),
    Column("chair", Boolean, nullable=False),
    Column("present", Boolean),
    Column("place", Integer, nullable=False),
)

session_item = Table(
    "session_item",
    metadata,
    Column("session_id", Uuid, primary_key=True),
    Column("study_id", Uuid, primary_key=True),
    Column("position", Integer, nullable=False),
    # On the agenda of a session that is not over: a study has one such row at most.
    Column("live", Boolean, nullable=False),
    Column("opinion", Text),
    Column("votes", JSONB(none_as_null=True)),
    Column("words", Text),
    Column("ending", Text),
    Column("postponed_to", Uuid),
    Column("file_version", Integer, nullable=False),
)

session_move = Table(
    "session_move",
    metadata,
    Column("session_id", Uuid, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("verb", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("study_id", Uuid),
    Column("detail", Text, nullable=False),
    Column("reason", Text),
)

commission_quorum = Table(
    "commission_quorum",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("members", Integer, nullable=False),
    Column("version", Integer, nullable=False),
)

attach(metadata)
accounts.attach(metadata)
audit.attach(metadata)

"""The tables of contracts. `migrations/` creates them, with their constraints and indexes.

Personal data stand here in clear: contracts is where dossiers and CERs are kept and searched. The NIR does not.
"""

from sqlalchemy import BigInteger, Boolean, Column, Date, DateTime, Identity, Integer, MetaData, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from shared.messaging.tables import attach

metadata = MetaData()

household = Table(
    "household",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("organisme", Text, nullable=False),
    Column("numero_organisme", Text, nullable=False),
    Column("matricule", Text, nullable=False),
)

dossier = Table(
    "dossier",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("household_id", Uuid, nullable=False),
    Column("version", Integer, nullable=False),
    Column("registered_at", DateTime(timezone=True), nullable=False),
    Column("civilite", Text, nullable=False),
    Column("sexe", Text, nullable=False),
    Column("nom_naissance", Text, nullable=False),
    Column("nom_usage", Text),
    Column("prenoms", ARRAY(Text), nullable=False),
    Column("date_naissance", Date, nullable=False),
    # Without accents, case or hyphens: what tells persons apart within a household, and what a search compares.
    Column("nom_key", Text, nullable=False),
    Column("usage_key", Text, nullable=False),
    Column("prenom_key", Text, nullable=False),
    Column("adresse", ARRAY(Text), nullable=False),
    Column("situation_familiale", Text),
    Column("date_entree_rsa", Date),
    Column("mail", Text),
    Column("telephone", Text),
    Column("telephone_mobile", Boolean),
    Column("telephone_changed_at", DateTime(timezone=True)),
    Column("contact_changed_at", DateTime(timezone=True)),
    Column("contact_changed_by", Text),
    Column("territory", Text, nullable=False),
    Column("referent_id", Text),
    Column("referent_since", Date),
    Column("orientation", Text),
)

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
)

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

attach(metadata)

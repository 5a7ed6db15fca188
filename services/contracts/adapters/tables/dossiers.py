"""Households and dossiers."""

from sqlalchemy import BigInteger, Boolean, Column, Date, DateTime, Integer, LargeBinary, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from services.contracts.adapters.tables.base import metadata

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
    # All the words of their names (domain/dossiers/names.py): what a free search looks at.
    Column("name_words", ARRAY(Text), nullable=False),
    Column("adresse", ARRAY(Text), nullable=False),
    Column("situation_familiale", Text),
    Column("date_entree_rsa", Date),
    Column("mail", Text),
    Column("telephone", Text),
    Column("telephone_mobile", Boolean),
    Column("fixe", Text),
    Column("telephone_changed_at", DateTime(timezone=True)),
    Column("contact_changed_at", DateTime(timezone=True)),
    Column("contact_changed_by", Text),
    # What messages came back from: a list of {what, code, at}.
    Column("unreached", JSONB, nullable=False),
    Column("territory", Text, nullable=False),
    Column("referent_id", Text),
    Column("referent_since", Date),
    Column("orientation", Text),
    Column("orientation_since", Date),
    Column("merged_into", Uuid),
    # When a file last named the person unchanged, to the month; no version of the dossier.
    Column("seen_at", DateTime(timezone=True)),
    # Only a keyed hash, and only where a key is configured (adapters/nir.py).
    Column("nir_hash", LargeBinary),
)

# One line for each field of a change, before and after as JSON.
dossier_history = Table(
    "dossier_history",
    metadata,
    Column("id", BigInteger, primary_key=True),
    Column("dossier_id", Uuid, nullable=False),
    Column("version", Integer, nullable=False),
    Column("field", Text, nullable=False),
    Column("before", JSONB(none_as_null=True)),
    Column("after", JSONB(none_as_null=True)),
    Column("actor", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
)

# Every word of a kept name with its near spellings: how a mistyped name is found without an extension.
name_word = Table(
    "name_word",
    metadata,
    Column("word", Text, primary_key=True),
    Column("spellings", ARRAY(Text), nullable=False),
)

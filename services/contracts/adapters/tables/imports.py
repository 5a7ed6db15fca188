"""Imports by a mapping. All but the run and its refusals hold personal data, until the term of the run."""

from sqlalchemy import BigInteger, Boolean, Column, DateTime, Identity, Integer, LargeBinary, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from services.contracts.adapters.tables.base import metadata

import_run = Table(
    "import_run",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("mapping", Text, nullable=False),
    Column("mapping_text", Text, nullable=False),
    Column("file_name", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("file_date", DateTime(timezone=True), nullable=False),
    Column("territory", Text),
    Column("state", Text, nullable=False),
    Column("position", Integer, nullable=False),
    Column("counts", JSONB, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False),
)

import_refusal = Table(
    "import_refusal",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("run_id", Uuid, nullable=False),
    Column("line", Integer, nullable=False),
    Column("field", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("kept", Boolean, nullable=False),
)

import_difference = Table(
    "import_difference",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("run_id", Uuid, nullable=False),
    Column("line", Integer, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("dossier_id", Uuid),
    Column("field", Text, nullable=False),
    Column("before", Text),
    Column("after", Text),
)

# Whom a line names: a dossier, or somebody who has none yet.
import_named = Table(
    "import_named",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("run_id", Uuid, nullable=False),
    Column("line", Integer, nullable=False),
    Column("dossier_id", Uuid),
    Column("matricule", Text),
    Column("nom_naissance", Text),
    Column("prenom", Text),
    Column("date_naissance", Text),
)

import_part = Table(
    "import_part",
    metadata,
    Column("run_id", Uuid, primary_key=True),
    Column("rank", Integer, primary_key=True),
    Column("part", LargeBinary, nullable=False),
)

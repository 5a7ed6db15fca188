"""Dossiers moved out of the active base, and until when their archive keeps them."""

from uuid import UUID

from sqlalchemy import BigInteger, Column, ColumnElement, DateTime, Identity, Table, Text, Uuid, exists

from services.contracts.adapters.tables.base import metadata

archived_dossier = Table(
    "archived_dossier",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("dossier_id", Uuid, nullable=False),
    Column("archived_at", DateTime(timezone=True), nullable=False),
    Column("archived_by", Text, nullable=False),
    Column("keep_until", DateTime(timezone=True), nullable=False),
    Column("restored_at", DateTime(timezone=True)),
    Column("restored_by", Text),
    Column("restored_reason", Text),
)


def in_archive(dossier_id: ColumnElement[UUID]) -> ColumnElement[bool]:
    """Whether the dossier of this id left the active base, and did not come back."""
    return exists().where(archived_dossier.c.dossier_id == dossier_id, archived_dossier.c.restored_at.is_(None))

"""Editions in PostgreSQL: inserted once, never updated."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import Result, RowMapping, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.documents.adapters.tables import edition as table
from services.documents.application.ports import EditionRow
from services.documents.domain.edition import Edition
from shared.audit.witness import shown
from shared.events.files import FileRef
from shared.kernel.errors import NotFound

_FROM_ORDER = ("cer_id", "dossier_id", "numero", "territory", "referent_id", "revision", "attempt", "submission")


class SqlEditions:
    """The editions of one transaction. Implements `Editions`."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, edition: Edition) -> bool:
        """Stores what became of an order; False when it is known already."""
        order, document = edition.order, edition.document
        values: dict[str, Any] = {name: getattr(order, name) for name in _FROM_ORDER} | {
            "id": order.edition_id,
            "kind": order.kind.value,
            "made_at": edition.made_at,
            "pages": edition.pages,
            "fingerprint": edition.fingerprint,
            "failure": edition.failure,
            "recipient": order.identity.token,
        }
        if document is not None:
            values |= {"uri": document.uri, "sha256": document.sha256, "size": document.size}
        inserted = await self._session.execute(
            insert(table).values(values).on_conflict_do_nothing().returning(table.c.id)
        )
        return inserted.first() is not None

    async def get(self, edition_id: UUID) -> EditionRow:
        """One edition. Raises NotFound."""
        found = await self._session.execute(select(table).where(table.c.id == edition_id))
        row = found.mappings().first()
        if row is None:
            raise NotFound("Aucune édition ne porte cet identifiant.")
        edition = _row(row)
        shown(edition)
        return edition

    async def some(self, edition_ids: Collection[UUID]) -> list[EditionRow]:
        """Those of these that exist, in no order."""
        found = await self._session.execute(select(table).where(table.c.id.in_(edition_ids)))
        return _seen(found)

    async def of_cer(self, cer_id: UUID) -> list[EditionRow]:
        """The editions of a CER, oldest first."""
        statement = select(table).where(table.c.cer_id == cer_id).order_by(table.c.made_at, table.c.id)
        return _seen(await self._session.execute(statement))


def _seen(found: Result[Any]) -> list[EditionRow]:
    """Loaded to be shown, or to judge whether they may be."""
    editions = [_row(row) for row in found.mappings()]
    shown(*editions)
    return editions


def _row(row: RowMapping) -> EditionRow:
    values = {name: row[name] for name in EditionRow.__dataclass_fields__ if name != "document"}
    document = FileRef(uri=row["uri"], sha256=row["sha256"], size=row["size"]) if row["uri"] else None
    return EditionRow(**values, document=document)

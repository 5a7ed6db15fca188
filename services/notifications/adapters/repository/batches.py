"""Loads and saves print batches."""

from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, Select, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.adapters.repository.messages import message_of_row
from services.notifications.adapters.tables import message
from services.notifications.adapters.tables import print_batch as table
from services.notifications.domain.batch import Batch, BatchStatus
from services.notifications.domain.catalog import Channel
from services.notifications.domain.model import Message
from services.notifications.domain.states import Status
from shared.audit.witness import shown
from shared.kernel.errors import NotFound, RaceLost


class SqlBatches:
    """Implements the port `Batches` on a session."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def waiting(self, territory: str | None, limit: int) -> list[Message]:
        """Two agents who make a batch at once share the letters: none is in both."""
        query = select(message).where(
            message.c.channel == Channel.LETTER.value,
            message.c.status == Status.PENDING.value,
            message.c.batch_id.is_(None),
        )
        if territory is not None:
            query = query.where(message.c.territory == territory)
        query = query.order_by(message.c.created_at, message.c.id).limit(limit).with_for_update(skip_locked=True)
        return await self._letters(query)

    async def add(self, batch: Batch) -> None:
        await self._session.execute(insert(table).values(**_row(batch)))

    async def get(self, batch_id: UUID) -> Batch:
        query = select(table).where(table.c.id == batch_id).with_for_update()
        row = (await self._session.execute(query)).mappings().one_or_none()
        if row is None:
            raise NotFound("Aucun lot de courriers ne porte cet identifiant.")
        return batch_of_row(row)

    async def letters(self, batch_id: UUID) -> list[Message]:
        query = select(message).where(message.c.batch_id == batch_id).order_by(message.c.batch_place).with_for_update()
        return await self._letters(query)

    async def _letters(self, query: Select[Any]) -> list[Message]:
        found = [message_of_row(row) for row in (await self._session.execute(query)).mappings()]
        shown(*found)
        return found

    async def save(self, batch: Batch) -> None:
        statement = (
            update(table)
            .where(table.c.id == batch.id, table.c.version == batch.version - 1)
            .values(**_row(batch))
            .returning(table.c.id)
        )
        if (await self._session.execute(statement)).first() is None:
            raise RaceLost("Ce lot a changé entre-temps : rechargez-le, puis recommencez.")


def batch_of_row(row: RowMapping) -> Batch:
    """A batch from its row."""
    return Batch(**{**row, "status": BatchStatus(row["status"])})


def _row(batch: Batch) -> dict[str, Any]:
    return vars(batch) | {"status": batch.status.value}

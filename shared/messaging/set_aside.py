"""Outbox rows that Kafka refused for themselves: what an operator sees and can do."""

from typing import Any

from sqlalchemy import func, select, update

from shared.database.engine import Database
from shared.kernel.errors import NotFound
from shared.messaging.tables import outbox

_SET_ASIDE = outbox.c.set_aside_at.is_not(None) & outbox.c.published_at.is_(None)


async def list_set_aside(database: Database) -> list[dict[str, Any]]:
    """Rows set aside, oldest first, with how many rows of the same key wait behind each."""
    behind = outbox.alias("behind")
    waiting = (
        select(func.count())
        .where(behind.c.published_at.is_(None), behind.c.set_aside_at.is_(None), behind.c.id > outbox.c.id)
        .where(behind.c.topic == outbox.c.topic, behind.c.key == outbox.c.key)
        .scalar_subquery()
    )
    columns = (outbox.c.id, outbox.c.type, outbox.c.topic, outbox.c.set_aside_at, outbox.c.error)
    size = func.octet_length(outbox.c.payload).label("bytes")
    async with database.read() as session:
        rows = await session.execute(
            select(*columns, size, waiting.label("waiting")).where(_SET_ASIDE).order_by(outbox.c.id)
        )
        return [dict(row) for row in rows.mappings()]


async def retry_set_aside(database: Database, outbox_id: int) -> None:
    """Gives the row back to the relay, once what Kafka refused was mended (its size limit). Raises NotFound."""
    statement = update(outbox).where(outbox.c.id == outbox_id, _SET_ASIDE).values(set_aside_at=None, error=None)
    async with database.begin() as uow:
        if (await uow.session.execute(statement.returning(outbox.c.id))).first() is None:
            raise NotFound(f"Aucune ligne mise de côté ne porte le numéro {outbox_id} dans ce service.")

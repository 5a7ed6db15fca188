"""Reads messages for those who follow what became of them."""

from dataclasses import fields
from uuid import UUID

from sqlalchemy import or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.adapters.tables import message
from services.notifications.application.ports import Filter, MessageRow

_COLUMNS = [message.c[field.name] for field in fields(MessageRow)]


class SqlReading:
    """Implements the port `Reading` on a session."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def page(self, wanted: Filter, before: UUID | None, limit: int) -> list[MessageRow]:
        """Messages, newest first; `before` is the last one of the page before."""
        query = select(*_COLUMNS).order_by(message.c.created_at.desc(), message.c.id.desc()).limit(limit)
        if wanted.cer_id is not None:
            query = query.where(message.c.cer_id == wanted.cer_id)
        if wanted.statuses:
            query = query.where(message.c.status.in_(wanted.statuses))
        if wanted.seen_by is not None:
            theirs = message.c.referent_id.in_(sorted(wanted.seen_by.accompanies_as))
            query = query.where(or_(theirs, message.c.territory.in_(sorted(wanted.seen_by.territories))))
        if before is not None:
            last = select(message.c.created_at, message.c.id).where(message.c.id == before).scalar_subquery()
            query = query.where(tuple_(message.c.created_at, message.c.id) < last)
        return [MessageRow(**row) for row in (await self._session.execute(query)).mappings()]

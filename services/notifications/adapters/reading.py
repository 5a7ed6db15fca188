"""Reads messages and print batches for those who follow what became of them."""

from dataclasses import fields
from uuid import UUID

from sqlalchemy import or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.adapters.repository.batches import batch_of_row
from services.notifications.adapters.tables import message, print_batch, remise
from services.notifications.application.ports import Filter, LetterRow, MessageRow
from services.notifications.domain.batch import Batch
from shared.audit.witness import placed
from shared.kernel.errors import NotFound
from shared.security.principal import Principal

_COLUMNS = [message.c[field.name] if field.name in message.c else remise.c[field.name] for field in fields(MessageRow)]


class SqlReading:
    """Implements the port `Reading` on a session."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def page(self, wanted: Filter, before: UUID | None, limit: int) -> list[MessageRow]:
        """Messages, newest first; `before` is the last one of the page before."""
        told = select(*_COLUMNS).outerjoin_from(message, remise, remise.c.id == message.c.id)
        query = told.order_by(message.c.created_at.desc(), message.c.id.desc()).limit(limit)
        if wanted.cer_id is not None:
            query = query.where(message.c.cer_id == wanted.cer_id)
        if wanted.dossier_id is not None:
            query = query.where(message.c.dossier_id == wanted.dossier_id)
        if wanted.session_id is not None:
            query = query.where(message.c.session_id == wanted.session_id)
        if wanted.statuses:
            query = query.where(message.c.status.in_(wanted.statuses))
        if wanted.channels:
            query = query.where(message.c.channel.in_(wanted.channels))
        if wanted.seen_by is not None:
            theirs = message.c.referent_id.in_(sorted(wanted.seen_by.accompanies_as))
            query = query.where(or_(theirs, message.c.territory.in_(sorted(wanted.seen_by.territories))))
        if before is not None:
            last = select(message.c.created_at, message.c.id).where(message.c.id == before).scalar_subquery()
            query = query.where(tuple_(message.c.created_at, message.c.id) < last)
        return [MessageRow(**row) for row in (await self._session.execute(query)).mappings()]

    async def batches(self, seen_by: Principal | None, before: UUID | None, limit: int) -> list[Batch]:
        """Print batches, newest first."""
        query = select(print_batch).order_by(print_batch.c.made_at.desc(), print_batch.c.id.desc()).limit(limit)
        if seen_by is not None:
            query = query.where(print_batch.c.territory.in_(sorted(seen_by.territories)))
        if before is not None:
            last = select(print_batch.c.made_at, print_batch.c.id).where(print_batch.c.id == before).scalar_subquery()
            query = query.where(tuple_(print_batch.c.made_at, print_batch.c.id) < last)
        return [batch_of_row(row) for row in (await self._session.execute(query)).mappings()]

    async def batch(self, batch_id: UUID) -> Batch:
        """One batch. Raises NotFound."""
        query = select(print_batch).where(print_batch.c.id == batch_id)
        row = (await self._session.execute(query)).mappings().one_or_none()
        if row is None:
            raise NotFound("Aucun lot de courriers ne porte cet identifiant.")
        return batch_of_row(row)

    async def letters(self, batch_id: UUID) -> list[LetterRow]:
        """Its letters, in their order."""
        query = select(message).where(message.c.batch_id == batch_id).order_by(message.c.batch_place)
        rows = (await self._session.execute(query)).mappings().all()
        for row in rows:
            placed(row["dossier_id"], row["territory"], row["referent_id"], row["cer_id"])
        return [LetterRow(row["id"], row["batch_place"], row["facts"], row["identity"], row["status"]) for row in rows]

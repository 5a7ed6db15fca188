"""The sealed files of signatures, as the table of requests points at them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, RowMapping, Select, and_, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.signature.adapters.tables import signature_request as request
from services.signature.application.ports.kept import Kept
from services.signature.domain.values import Provider
from shared.events.files import FileRef

_COLUMNS = (request.c.document, request.c.evidence)
# What Yousign has signed bears its seals, not ours: no timestamp of our authority would prolong those.
_SEALED = and_(request.c.document.is_not(None), request.c.provider == Provider.OWN.value)


class KeptFiles:
    """Implements the port of the same name, on one session."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def not_looked_at(self, limit: int) -> list[Kept]:
        return await self._found(_kept().where(request.c.proofs_until.is_(None)), limit)

    async def ending(self, before: datetime, after: UUID | None, limit: int) -> list[Kept]:
        soon = or_(request.c.proofs_until.is_(None), request.c.proofs_until < before)
        query = _kept().where(soon)
        return await self._found(query if after is None else query.where(request.c.id > after), limit)

    async def count_ending(self, before: datetime) -> int:
        query = select(func.count()).select_from(request).where(_SEALED, request.c.proofs_until < before)
        return int(await self._session.scalar(query) or 0)

    async def ends(self, kept: Kept, until: datetime) -> None:
        same = [_points_at(ref) for ref in kept.files]
        await self._session.execute(
            update(request).where(request.c.id == kept.request_id, *same).values(proofs_until=until)
        )

    async def _found(self, query: Select[tuple[UUID, object, object]], limit: int) -> list[Kept]:
        rows = await self._session.execute(query.order_by(request.c.id).limit(limit))
        return [_of(row) for row in rows.mappings()]


def _kept() -> Select[tuple[UUID, object, object]]:
    return select(request.c.id, *_COLUMNS).where(_SEALED)


def _of(row: RowMapping) -> Kept:
    stored = (row["document"], row["evidence"])
    return Kept(row["id"], tuple(FileRef(**one) for one in stored if one is not None))


def _points_at(ref: FileRef) -> ColumnElement[bool]:
    return or_(*(column["uri"].astext == ref.uri for column in _COLUMNS))

"""Keeps what is known of requests' counterparts at Yousign: each thing once, by whoever is told it first."""

from dataclasses import asdict
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.signature.adapters.tables import yousign_request
from services.signature.domain.yousign.remote import Remote

_KNOWN = ("remote_id", "document_id", "document_sha256", "signer_id", "activated_at")


class Remotes:
    """Implements the port of the same name, on one session."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def get(self, request_id: UUID) -> Remote:
        query = select(yousign_request).where(yousign_request.c.request_id == request_id)
        row = (await self._session.execute(query)).mappings().first()
        return Remote(**row) if row is not None else Remote(request_id)

    async def keep(self, found: Remote) -> Remote:
        said = insert(yousign_request).values(**asdict(found))
        first = {name: func.coalesce(yousign_request.c[name], said.excluded[name]) for name in _KNOWN}
        kept = said.on_conflict_do_update(index_elements=["request_id"], set_=first).returning(yousign_request)
        return Remote(**(await self._session.execute(kept)).mappings().one())

    async def request_of(self, remote_id: str) -> UUID | None:
        query = select(yousign_request.c.request_id).where(yousign_request.c.remote_id == remote_id)
        found: UUID | None = await self._session.scalar(query)
        return found

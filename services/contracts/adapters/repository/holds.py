"""Legal holds in PostgreSQL. Implements the port `Holds`."""

from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.contracts.adapters.tables import legal_hold


class SqlHolds:
    """The legal holds of one transaction."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def is_held(self, dossier_id: UUID) -> bool:
        """Whether a hold is in force on the dossier."""
        query = exists().where(legal_hold.c.dossier_id == dossier_id, legal_hold.c.lifted_at.is_(None))
        return bool(await self._session.scalar(select(query)))

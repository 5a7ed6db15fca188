"""The files of commissions' sessions in PostgreSQL. Implements the port `CommissionFiles`."""

from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.contracts.adapters.tables import cer, commission_file
from services.contracts.application.ports.commission_files import CommissionFile
from shared.database.newest import keep_newest


class SqlCommissionFiles:
    """The files of one transaction."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def keep(self, told: CommissionFile) -> bool:
        """Keeps what is newer; False when what is here is as new."""
        return await keep_newest(self._session, commission_file, asdict(told) | {"members": list(told.members)})

    async def cer_is_open(self, cer_id: UUID, agent_id: str, now: datetime) -> bool:
        """Whether this CER is open to this agent."""
        query = exists().where(commission_file.c.cer_id == cer_id, *_open(agent_id, now))
        return bool(await self._session.scalar(select(query)))

    async def open_cers(self, dossier_id: UUID, agent_id: str, now: datetime) -> frozenset[UUID]:
        """The CERs that the dossier has now and that are open to this agent: a merged dossier took its CERs along."""
        theirs = (cer.c.id == commission_file.c.cer_id, cer.c.dossier_id == dossier_id)
        return frozenset(await self._session.scalars(select(cer.c.id).where(*theirs, *_open(agent_id, now))))


def _open(agent_id: str, now: datetime) -> tuple[ColumnElement[bool], ...]:
    table = commission_file
    return (table.c.open, table.c.members.contains([agent_id]), table.c.until > now)

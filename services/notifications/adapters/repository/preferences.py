"""Loads and saves what persons do not want to receive."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.adapters.tables import preference as table
from services.notifications.domain.preference import Preference
from shared.kernel.errors import RaceLost


class SqlPreferences:
    """Implements the port `Preferences` on a session."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def of(self, dossier_id: UUID) -> Preference:
        row = (await self._session.execute(select(table).where(table.c.dossier_id == dossier_id))).mappings().first()
        return Preference(**row) if row is not None else Preference(dossier_id)

    async def save(self, preference: Preference, seen: int) -> None:
        row = vars(preference)
        statement = (
            insert(table)
            .values(**row)
            .on_conflict_do_update(index_elements=[table.c.dossier_id], set_=row, where=table.c.version == seen)
            .returning(table.c.dossier_id)
        )
        # The row of a first change may exist since: then version 0 was not what was seen.
        if (await self._session.execute(statement)).first() is None:
            raise RaceLost("Ce choix a changé entre-temps : rechargez-le, puis recommencez.")

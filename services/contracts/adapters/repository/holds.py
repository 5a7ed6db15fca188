"""Legal holds in PostgreSQL. Implements the port `Holds`."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.contracts.adapters.tables import legal_hold
from services.contracts.domain.retention.model import Hold

_IN_FORCE = legal_hold.c.lifted_at.is_(None)


class SqlHolds:
    """The legal holds of one transaction."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def is_held(self, dossier_id: UUID) -> bool:
        """Whether a hold is in force on the dossier."""
        query = exists().where(legal_hold.c.dossier_id == dossier_id, _IN_FORCE)
        return bool(await self._session.scalar(select(query)))

    async def of_dossier(self, dossier_id: UUID) -> list[Hold]:
        """Every hold, in force or lifted, oldest first."""
        query = select(legal_hold).where(legal_hold.c.dossier_id == dossier_id).order_by(legal_hold.c.id)
        return [
            Hold(row["reason"], row["set_by"], row["set_at"], row["lifted_by"], row["lifted_at"])
            for row in (await self._session.execute(query)).mappings()
        ]

    async def put(self, dossier_id: UUID, reason: str, by: str, at: datetime) -> bool:
        """Puts a hold; False when one is in force."""
        first = insert(legal_hold).values(dossier_id=dossier_id, reason=reason, set_by=by, set_at=at)
        added = first.on_conflict_do_nothing(index_elements=["dossier_id"], index_where=_IN_FORCE)
        return (await self._session.execute(added.returning(legal_hold.c.id))).first() is not None

    async def lift(self, dossier_id: UUID, by: str, at: datetime) -> bool:
        """Lifts the hold in force; False when there is none."""
        lifted = (
            update(legal_hold)
            .where(legal_hold.c.dossier_id == dossier_id, _IN_FORCE)
            .values(lifted_by=by, lifted_at=at)
        )
        return (await self._session.execute(lifted.returning(legal_hold.c.id))).first() is not None

"""Who has which study in charge, in PostgreSQL. Implements the port `Charges`."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.validation.adapters.sealing import token_of
from services.validation.adapters.tables import study_charge
from services.validation.domain.charge import Charge
from shared.events.sealed import Sealed, Sealer
from shared.kernel.errors import RaceLost


class SqlCharges:
    """The charges of one transaction."""

    def __init__(self, session: AsyncSession, sealer: Sealer) -> None:
        self._session = session
        self._sealer = sealer

    async def held(self, study_id: UUID) -> Charge | None:
        """Who has the study in charge."""
        query = select(study_charge).where(study_charge.c.study_id == study_id, study_charge.c.released_at.is_(None))
        row = (await self._session.execute(query)).mappings().one_or_none()
        if row is None:
            return None
        return Charge(row["study_id"], row["agent_id"], Sealed(token=row["agent"]), row["since"])

    async def begin(self, charge: Charge) -> None:
        """Stores a charge. Raises RaceLost when the study has another."""
        row = insert(study_charge).values(
            study_id=charge.study_id,
            agent_id=charge.agent_id,
            agent=token_of(charge.agent, self._sealer),
            since=charge.since,
        )
        begun = await self._session.execute(row.on_conflict_do_nothing().returning(study_charge.c.id))
        if begun.first() is None:
            raise RaceLost("Un collègue vient de prendre cette étude : rechargez la liste.")

    async def end(self, charge: Charge, by: str, at: datetime) -> None:
        """Ends it, and keeps by whom and when."""
        await self._session.execute(
            update(study_charge)
            .where(study_charge.c.study_id == charge.study_id, study_charge.c.released_at.is_(None))
            .values(released_at=at, released_by=by)
        )

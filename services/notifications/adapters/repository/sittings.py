"""Loads and saves what is known of agents and of the sessions that they sit in."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import RowMapping, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.adapters.tables import agent_card, sitting
from services.notifications.domain.sitting import Sitting
from shared.database.newest import keep_newest
from shared.events.blocks import AgentCard
from shared.events.sealed import Sealed


class SqlDirectory:
    """Implements the port `Directory` on a session."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def keep(self, agent_id: str, version: int, card: Sealed[AgentCard] | None) -> bool:
        row = {"agent_id": agent_id, "version": version, "card": card.token if card else None}
        return await keep_newest(self._session, agent_card, row)

    async def cards(self, agents: Sequence[str]) -> dict[str, Sealed[AgentCard]]:
        if not agents:
            return {}
        # A row for who is not known yet: the event that tells of them waits for it, then sees what was written here.
        blank = insert(agent_card).values([{"agent_id": agent, "version": 0} for agent in sorted(set(agents))])
        await self._session.execute(blank.on_conflict_do_nothing())
        query = select(agent_card).where(agent_card.c.agent_id.in_(agents)).order_by(agent_card.c.agent_id)
        rows = await self._session.execute(query.with_for_update())
        return {row.agent_id: Sealed(token=row.card) for row in rows if row.card is not None}


class SqlSittings:
    """Implements the port `Sittings` on a session."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def of(self, session_id: UUID) -> Sitting:
        await self._session.execute(insert(sitting).values(**vars(Sitting(session_id))).on_conflict_do_nothing())
        query = select(sitting).where(sitting.c.session_id == session_id).with_for_update()
        return _of_row((await self._session.execute(query)).mappings().one())

    async def without(self, agent_id: str) -> list[Sitting]:
        query = select(sitting).where(sitting.c.unreached.contains([agent_id])).order_by(sitting.c.session_id)
        rows = await self._session.execute(query.with_for_update())
        return [_of_row(row) for row in rows.mappings()]

    async def save(self, changed: Sitting) -> None:
        values = update(sitting).where(sitting.c.session_id == changed.session_id).values(**vars(changed))
        await self._session.execute(values)


def _of_row(row: RowMapping) -> Sitting:
    return Sitting(**row)

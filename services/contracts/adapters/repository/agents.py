"""Agents in PostgreSQL. Implements the port `Agents`."""

from sqlalchemy import exists, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.contracts.adapters.repository.writing import update_version
from services.contracts.adapters.tables import agent as table
from services.contracts.domain.agents.model import Agent
from shared.kernel.errors import RaceLost
from shared.security.principal import Role


class SqlAgents:
    """The agents of one transaction."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def find(self, agent_id: str) -> Agent | None:
        """The agent, if they were ever seen."""
        row = (await self._session.execute(select(table).where(table.c.id == agent_id))).mappings().one_or_none()
        if row is None:
            return None
        return Agent(
            id=row["id"],
            role=Role(row["role"]),
            territory=row["territory"],
            full_name=row["full_name"],
            mail=row["mail"],
            quality=row["quality"],
            active=row["active"],
            version=row["version"],
        )

    async def save(self, agent: Agent) -> None:
        """Stores an agent, for the first time or changed. Raises RaceLost."""
        row = {
            "id": agent.id,
            "role": agent.role.value,
            "territory": agent.territory,
            "full_name": agent.full_name,
            "mail": agent.mail,
            "quality": agent.quality,
            "active": agent.active,
        }
        if agent.version:
            await update_version(self._session, table, row, agent.version)
        else:
            first = insert(table).values(**row, version=1).on_conflict_do_nothing().returning(table.c.id)
            if (await self._session.execute(first)).first() is None:
                raise RaceLost("Une autre demande vous a enregistré au même instant : recommencez.")
        agent.version += 1

    async def own_number(self, number: str) -> bool:
        """Whether the number is an agent's own."""
        return bool(await self._session.scalar(select(exists().where(table.c.telephone == number))))

"""Agents in PostgreSQL. Implements the port `Agents`."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, RowMapping, Text, exists, func, select, tuple_
from sqlalchemy import insert as plain_insert
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.contracts.adapters.repository.writing import update_version
from services.contracts.adapters.tables import agent as table
from services.contracts.adapters.tables import replacement as replacements
from services.contracts.application.ports.agents import AgentFilter
from services.contracts.domain.agents.model import Agent, Profile
from services.contracts.domain.agents.replacement import Replacement
from services.contracts.domain.dossiers.household import plain
from shared.kernel.errors import NotFound, RaceLost
from shared.security.principal import Role

_ORDER = (table.c.name_key, table.c.id)


class SqlAgents:
    """The agents of one transaction."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def find(self, agent_id: str) -> Agent | None:
        """The agent, if they were ever seen."""
        return (await self.find_all([agent_id])).get(agent_id)

    async def find_all(self, agent_ids: Collection[str]) -> Mapping[str, Agent]:
        """Those of these agents that are known."""
        rows = await self._session.execute(select(table).where(table.c.id.in_(agent_ids)))
        return {row["id"]: agent_of(row) for row in rows.mappings()}

    async def at_work(self, agent_id: str, day: date) -> tuple[Agent, frozenset[str]] | None:
        """The agent, and those whom they replace on this day, if they were ever seen."""
        running = select(replacements.c.absent_id).where(
            replacements.c.substitute_id == agent_id,
            replacements.c.revoked_by.is_(None),
            replacements.c.first_day <= day,
            replacements.c.last_day >= day,
        )
        absent = func.array(running.scalar_subquery(), type_=ARRAY(Text)).label("stands_in_for")
        row = (
            (await self._session.execute(select(table, absent).where(table.c.id == agent_id))).mappings().one_or_none()
        )
        return (agent_of(row), frozenset(row["stands_in_for"])) if row is not None else None

    async def page(self, wanted: AgentFilter, after: str | None, limit: int) -> list[Agent]:
        """Agents by name, from the one after `after`."""
        query = select(table).order_by(*_ORDER).limit(limit)
        if wanted.name is not None:
            query = query.where(table.c.name_key.contains(plain(wanted.name), autoescape=True))
        if wanted.role is not None:
            query = query.where(table.c.role == wanted.role.value)
        if wanted.territory is not None:
            query = query.where(table.c.territories.contains([wanted.territory]))
        if wanted.active is not None:
            query = query.where(table.c.active.is_(wanted.active))
        if after is not None:
            query = query.where(tuple_(*_ORDER) > select(*_ORDER).where(table.c.id == after).scalar_subquery())
        return [agent_of(row) for row in (await self._session.execute(query)).mappings()]

    async def save(self, agent: Agent) -> None:
        """Stores an agent, for the first time or changed. Raises RaceLost."""
        row = _row(agent)
        if agent.version:
            await update_version(self._session, table, row, agent.version)
        else:
            first = insert(table).values(**row, version=1).on_conflict_do_nothing().returning(table.c.id)
            if (await self._session.execute(first)).first() is None:
                raise RaceLost("Cet agent vient d'être enregistré par une autre demande : recommencez.")
        agent.version += 1

    async def own_number(self, number: str) -> bool:
        """Whether the number is an agent's own."""
        return bool(await self._session.scalar(select(exists().where(table.c.telephone == number))))

    async def replacement(self, replacement_id: UUID) -> Replacement:
        """The replacement. Raises NotFound."""
        query = select(replacements).where(replacements.c.id == replacement_id)
        row = (await self._session.execute(query)).mappings().one_or_none()
        if row is None:
            raise NotFound("Ce remplacement n'existe pas, ou il n'est pas de votre territoire.")
        return replacement_of(row)

    async def replacements(self, absent_id: str, *, locked: bool = False) -> list[Replacement]:
        """The replacements of an agent, newest first; `locked`: none is added by others until the end."""
        if locked:
            await self._session.execute(select(table.c.id).where(table.c.id == absent_id).with_for_update())
        query = (
            select(replacements)
            .where(replacements.c.absent_id == absent_id)
            .order_by(replacements.c.first_day.desc(), replacements.c.id.desc())
        )
        return [replacement_of(row) for row in (await self._session.execute(query)).mappings()]

    async def add_replacement(self, replacement: Replacement, at: datetime) -> None:
        """Stores a replacement for the first time."""
        replacement.version = 1
        await self._session.execute(plain_insert(replacements).values(**vars(replacement), made_at=at))

    async def save_replacement(self, replacement: Replacement) -> None:
        """Stores a change. Raises RaceLost."""
        row = {name: value for name, value in vars(replacement).items() if name != "version"}
        await update_version(self._session, replacements, row, replacement.version)
        replacement.version += 1


def _row(agent: Agent) -> dict[str, Any]:
    profile = agent.profile
    return {
        "id": agent.id,
        "role": profile.role.value,
        "territory": agent.territory,
        "territories": list(profile.territories),
        "full_name": profile.full_name,
        "name_key": plain(profile.full_name),
        "mail": profile.mail,
        "quality": profile.quality,
        "organisation": profile.organisation,
        "telephone": profile.telephone,
        "active": agent.active,
        "managed": agent.managed,
    }


def agent_of(row: RowMapping) -> Agent:
    profile = Profile(
        full_name=row["full_name"],
        role=Role(row["role"]),
        territories=tuple(row["territories"]),
        mail=row["mail"],
        quality=row["quality"],
        telephone=row["telephone"],
        organisation=row["organisation"],
    )
    return Agent(row["id"], profile, active=row["active"], managed=row["managed"], version=row["version"])


def replacement_of(row: RowMapping) -> Replacement:
    return Replacement(
        id=row["id"],
        absent_id=row["absent_id"],
        substitute_id=row["substitute_id"],
        first_day=row["first_day"],
        last_day=row["last_day"],
        made_by=row["made_by"],
        revoked_by=row["revoked_by"],
        version=row["version"],
    )

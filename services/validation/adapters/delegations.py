"""Delegations and openings in PostgreSQL. Implements the ports `Delegations` and `Openings`."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, RowMapping, and_, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.validation.adapters.tables import delegation, study_opening
from services.validation.application.ports.delegations import DelegationFilter
from services.validation.domain.delegations.model import Delegation, Ending, Scope
from services.validation.domain.delegations.rules import DelegationsOverlap, UnknownDelegation

_ORDER = (delegation.c.first_day, delegation.c.id)


class SqlDelegations:
    """The delegations of one transaction."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, given: Delegation) -> None:
        """Stores one. Raises DelegationsOverlap: the database has an exclusion constraint."""
        row = insert(delegation).values(
            id=given.id,
            delegator_id=given.delegator_id,
            delegate_id=given.delegate_id,
            first_day=given.first_day,
            last_day=given.last_day,
            territories=list(given.scope.territories),
            natures=list(given.scope.natures),
            made_by=given.made_by,
            made_at=given.made_at,
        )
        stored = await self._session.execute(row.on_conflict_do_nothing().returning(delegation.c.id))
        if stored.first() is None:
            raise DelegationsOverlap

    async def get(self, delegation_id: UUID) -> Delegation:
        """One of them, locked. Raises UnknownDelegation."""
        query = select(delegation).where(delegation.c.id == delegation_id).with_for_update()
        row = (await self._session.execute(query)).mappings().one_or_none()
        if row is None:
            raise UnknownDelegation("Cette délégation n'existe pas : rechargez la liste.")
        return _delegation(row)

    async def end(self, ended: Delegation) -> None:
        """Stores that it was ended."""
        if ended.ending is not None:
            await self._session.execute(
                update(delegation)
                .where(delegation.c.id == ended.id)
                .values(ended_at=ended.ending.at, ended_by=ended.ending.by)
            )

    async def held_by(self, agent_id: str, on: date) -> Delegation | None:
        """The one that this agent holds that day; it cannot be ended before this transaction is over."""
        query = select(delegation).where(delegation.c.delegate_id == agent_id, _in_force(on))
        row = (await self._session.execute(query.with_for_update(read=True))).mappings().one_or_none()
        return None if row is None else _delegation(row)

    async def page(self, wanted: DelegationFilter, after: tuple[date, UUID] | None, limit: int) -> list[Delegation]:
        """Those asked for, the one that begins last first, from after this place."""
        query = select(delegation).order_by(*(column.desc() for column in _ORDER)).limit(limit)
        if wanted.delegate_id is not None:
            query = query.where(delegation.c.delegate_id == wanted.delegate_id)
        if wanted.in_force is not None:
            query = query.where(_in_force(wanted.in_force))
        if after is not None:
            query = query.where(tuple_(*_ORDER) < tuple_(*after))
        return [_delegation(row) for row in (await self._session.execute(query)).mappings()]


class SqlOpenings:
    """The openings of one transaction."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def note(self, study_id: UUID, agent_id: str, submission: int, at: datetime) -> None:
        """The agent has this submission before their eyes; the first time is kept."""
        row = insert(study_opening).values(study_id=study_id, agent_id=agent_id, submission=submission, at=at)
        await self._session.execute(
            row.on_conflict_do_update(
                index_elements=["study_id", "agent_id"],
                set_={"submission": submission, "at": at},
                where=study_opening.c.submission < row.excluded.submission,
            )
        )

    async def of(self, agent_id: str, study_ids: Sequence[UUID]) -> Mapping[UUID, int]:
        """The last submission that the agent opened of each of these studies, where they opened one."""
        query = select(study_opening.c.study_id, study_opening.c.submission).where(
            study_opening.c.agent_id == agent_id, study_opening.c.study_id.in_(study_ids)
        )
        return {row.study_id: row.submission for row in await self._session.execute(query)}


def _in_force(on: date) -> ColumnElement[bool]:
    return and_(delegation.c.ended_at.is_(None), delegation.c.first_day <= on, delegation.c.last_day >= on)


def _delegation(row: RowMapping) -> Delegation:
    return Delegation(
        id=row["id"],
        delegator_id=row["delegator_id"],
        delegate_id=row["delegate_id"],
        first_day=row["first_day"],
        last_day=row["last_day"],
        scope=Scope(tuple(row["territories"]), tuple(row["natures"])),
        made_by=row["made_by"],
        made_at=row["made_at"],
        ending=Ending(row["ended_by"], row["ended_at"]) if row["ended_at"] else None,
    )

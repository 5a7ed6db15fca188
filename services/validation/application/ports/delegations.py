"""Delegations, and who opened which study."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from services.validation.domain.delegations.model import Delegation
from shared.database.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class DelegationFilter:
    """Which are asked for: held by this agent, in force that day; none of a criterion means all."""

    delegate_id: str | None = None
    in_force: date | None = None


class Delegations(Protocol):
    """The delegations of one transaction."""

    async def add(self, given: Delegation) -> None:
        """Stores one. Raises DelegationsOverlap."""
        ...

    async def get(self, delegation_id: UUID) -> Delegation:
        """One of them, locked. Raises UnknownDelegation."""
        ...

    async def end(self, ended: Delegation) -> None:
        """Stores that it was ended."""
        ...

    async def held_by(self, agent_id: str, on: date) -> Delegation | None:
        """The one that this agent holds that day; it cannot be ended before this transaction is over."""
        ...

    async def page(self, wanted: DelegationFilter, after: tuple[date, UUID] | None, limit: int) -> list[Delegation]:
        """Those asked for, the one that begins last first, from after this place."""
        ...


class Openings(Protocol):
    """Who opened which study, at which submission."""

    async def note(self, study_id: UUID, agent_id: str, submission: int, at: datetime) -> None:
        """The agent has this submission before their eyes."""
        ...

    async def of(self, agent_id: str, study_ids: Sequence[UUID]) -> Mapping[UUID, int]:
        """The last submission that the agent opened of each of these studies, where they opened one."""
        ...


DelegationsOf = Callable[[UnitOfWork], Delegations]
OpeningsOf = Callable[[UnitOfWork], Openings]

"""What is kept of agents."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from services.contracts.domain.agents.model import Agent
from services.contracts.domain.agents.replacement import Replacement
from shared.security.principal import Role


@dataclass(frozen=True)
class AgentFilter:
    """Which agents are asked for; none of a criterion means all."""

    name: str | None = None
    role: Role | None = None
    territory: str | None = None
    active: bool | None = None


class Agents(Protocol):
    """The agents of one transaction."""

    async def find(self, agent_id: str) -> Agent | None:
        """The agent, if they were ever seen."""
        ...

    async def find_all(self, agent_ids: Collection[str]) -> Mapping[str, Agent]:
        """Those of these agents that are known."""
        ...

    async def at_work(self, agent_id: str, day: date) -> tuple[Agent, frozenset[str]] | None:
        """The agent, and those whom they replace on this day, if they were ever seen."""
        ...

    async def page(self, wanted: AgentFilter, after: str | None, limit: int) -> list[Agent]:
        """Agents by name, from the one after `after`."""
        ...

    async def save(self, agent: Agent) -> None:
        """Stores an agent, for the first time or changed. Raises RaceLost."""
        ...

    async def own_number(self, number: str) -> bool:
        """Whether the number is an agent's own."""
        ...

    async def replacement(self, replacement_id: UUID) -> Replacement:
        """The replacement. Raises NotFound."""
        ...

    async def replacements(self, absent_id: str, *, locked: bool = False) -> list[Replacement]:
        """The replacements of an agent, newest first; `locked`: none is added by others until the end."""
        ...

    async def add_replacement(self, replacement: Replacement, at: datetime) -> None:
        """Stores a replacement for the first time."""
        ...

    async def save_replacement(self, replacement: Replacement) -> None:
        """Stores a change. Raises RaceLost."""
        ...

"""What is kept of agents."""

from typing import Protocol

from services.contracts.domain.agents.model import Agent


class Agents(Protocol):
    """The agents of one transaction."""

    async def find(self, agent_id: str) -> Agent | None:
        """The agent, if they were ever seen."""
        ...

    async def save(self, agent: Agent) -> None:
        """Stores an agent, for the first time or changed. Raises RaceLost."""
        ...

    async def own_number(self, number: str) -> bool:
        """Whether the number is an agent's own."""
        ...

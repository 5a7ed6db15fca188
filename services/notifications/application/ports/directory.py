"""What is known of agents and of the sessions that they sit in."""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from services.notifications.domain.sitting import Sitting
from shared.events.blocks import AgentCard
from shared.events.sealed import Sealed


class Directory(Protocol):
    """The cards of agents, as contracts told them last; what is read is locked until the end of the transaction."""

    async def keep(self, agent_id: str, version: int, card: Sealed[AgentCard] | None) -> bool:
        """Keeps a card; none for a closed account. False when something newer was kept."""
        ...

    async def cards(self, agents: Sequence[str]) -> dict[str, Sealed[AgentCard]]:
        """The cards of those who are known and have an account. Who comes to be known meanwhile waits for the end."""
        ...


class Sittings(Protocol):
    """Sessions of commissions; a loaded one is locked until the end of the transaction."""

    async def of(self, session_id: UUID) -> Sitting:
        """The session as it was heard of last; a new one where nothing was."""
        ...

    async def without(self, agent_id: str) -> list[Sitting]:
        """Those of which this member could not be told."""
        ...

    async def save(self, sitting: Sitting) -> None:
        """Stores a change."""
        ...

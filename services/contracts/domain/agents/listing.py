"""Agents as a file lists them: what a line says, and what became of it."""

from dataclasses import dataclass, field, replace
from typing import Any

from services.contracts.domain.agents.model import Agent, Profile
from services.contracts.domain.imports.flow import Refused


@dataclass(frozen=True)
class AgentLine:
    """One line. `said` holds the fields whose column is in the file, empty cells included: what is not said stays.

    `active` is none where the file does not say it.
    """

    line: int
    id: str
    said: dict[str, Any]
    active: bool | None

    def apply_to(self, known: Agent | None) -> tuple[Agent, bool]:
        """The agent as the line wants them, and whether that changes anything."""
        if known is None:
            agent = Agent(self.id, Profile(**self.said), managed=True)
            changed = True
        else:
            agent = known
            changed = agent.keep(replace(agent.profile, **self.said))
        if self.active is not None:
            changed = agent.activate(active=self.active) or changed
        return agent, changed


@dataclass
class AgentsReport:
    """What an import did, or would do. Lines and reasons, never what a line said."""

    lines: int = 0
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: list[Refused] = field(default_factory=list)
    interrupted: Refused | None = None

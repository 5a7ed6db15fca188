"""What is shown of agents: to the admin all, to others what it takes to choose a référent."""

from datetime import date
from typing import Self
from uuid import UUID

from pydantic import BaseModel

from services.contracts.domain.agents.listing import AgentsReport
from services.contracts.domain.agents.model import Agent
from services.contracts.domain.agents.replacement import Replacement


class AgentLine(BaseModel):
    """An agent to choose from a list."""

    id: str
    full_name: str
    role: str
    quality: str
    territories: tuple[str, ...]
    organisation: str | None

    @classmethod
    def of(cls, agent: Agent) -> Self:
        """The line of an agent."""
        profile = agent.profile
        return cls(
            id=agent.id,
            full_name=profile.full_name,
            role=profile.role.value,
            quality=profile.quality,
            territories=profile.territories,
            organisation=profile.organisation,
        )


class AgentView(AgentLine):
    """All that is kept of an agent. `managed`: by the directory, not by what their token says; `version`: its ETag."""

    version: int
    mail: str | None
    telephone: str | None
    active: bool
    managed: bool

    @classmethod
    def of(cls, agent: Agent) -> Self:
        """An agent as the admin sees them."""
        return cls(
            **AgentLine.of(agent).model_dump(),
            version=agent.version,
            mail=agent.profile.mail,
            telephone=agent.profile.telephone,
            active=agent.active,
            managed=agent.managed,
        )


class AgentPage(BaseModel):
    """A page of agents by name; `next` is the `after` of the page that follows."""

    agents: list[AgentView] | list[AgentLine]
    next: str | None


class ReplacementView(BaseModel):
    """A colleague who stands in, both days included. `version` is also its ETag."""

    id: UUID
    version: int
    absent_id: str
    substitute_id: str
    first_day: date
    last_day: date
    made_by: str
    revoked_by: str | None
    running: bool

    @classmethod
    def of(cls, replacement: Replacement, today: date) -> Self:
        """A replacement as it stands on this day."""
        return cls(**vars(replacement), running=replacement.runs_on(today))


class Replacements(BaseModel):
    """The replacements of an agent, newest first."""

    replacements: list[ReplacementView]


class RefusedLine(BaseModel):
    """A line of the file that was not taken."""

    line: int
    code: str
    reason: str


class AgentsImported(BaseModel):
    """What an import did, or would do (`dry_run`)."""

    dry_run: bool
    lines: int
    created: int
    changed: int
    unchanged: int
    refused: list[RefusedLine]
    interrupted: RefusedLine | None

    @classmethod
    def of(cls, report: AgentsReport, *, dry_run: bool) -> Self:
        """The report as it is shown."""
        return cls.model_validate({**vars(report), "dry_run": dry_run}, from_attributes=True)

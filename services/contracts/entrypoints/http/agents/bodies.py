"""What the admin and those who organise absences send."""

from datetime import date
from typing import Annotated

from pydantic import ConfigDict, Field, StringConstraints

from services.contracts.application.ports import Telephones
from services.contracts.application.ports.agents import AgentFilter
from services.contracts.domain.agents.model import Profile
from services.contracts.domain.dossiers.contact import read_mail
from services.contracts.entrypoints.http.bodies import Body, Line
from shared.security.principal import Role

Name = Annotated[Line, StringConstraints(min_length=1, strip_whitespace=True)]
AgentId = Annotated[Line, Field(min_length=1)]


class AgentsQuery(Body):
    """Which agents are asked for; only the admin also finds those whose account is closed."""

    q: Line | None = Field(default=None, description="A part of the name, accents and case aside")
    role: Role | None = None
    territory: Line | None = None
    active: bool | None = None
    after: Line | None = Field(default=None, description="The last agent of the page before (`next`)")
    limit: int = Field(default=50, ge=1, le=200)

    def filter(self, *, everybody: bool) -> AgentFilter:
        """As the queries take it."""
        return AgentFilter(self.q, self.role, self.territory, self.active if everybody else True)


class AgentIn(Body):
    """All that the directory says of an agent: null or an empty list erases."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "full_name": "Camille Exemple",
                    "role": "referent",
                    "territories": ["nord", "centre"],
                    "mail": "camille.exemple@example.org",
                    "quality": "Assistante sociale",
                    "telephone": "06 39 98 00 09",
                    "organisation": "Mission locale fictive",
                }
            ]
        }
    )

    full_name: Name
    role: Role
    territories: list[Name] = Field(max_length=50)
    mail: Line | None
    quality: Line
    telephone: Line | None
    organisation: Line | None = Field(description="The partner body of an external référent")

    def profile(self, telephones: Telephones) -> Profile:
        """As the domain keeps it. Raises Invalid."""
        number = telephones.read(self.telephone)
        return Profile(
            full_name=self.full_name,
            role=self.role,
            territories=tuple(dict.fromkeys(self.territories)),
            mail=read_mail(self.mail),
            quality=self.quality.strip(),
            telephone=number.number if number else None,
            organisation=(self.organisation or "").strip() or None,
        )


class ReplacementIn(Body):
    """Who stands in, from which day to which, both included."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"substitute_id": "referent-centre", "first_day": "2026-07-13", "last_day": "2026-07-31"}]
        }
    )

    substitute_id: AgentId
    first_day: date
    last_day: date

"""Agents as contracts knows them: from their token at first login, then whenever it says otherwise."""

from dataclasses import dataclass

from shared.events.blocks import AgentCard
from shared.events.contracts import AgentChanged
from shared.events.sealed import seal
from shared.security.principal import Principal, Role


@dataclass
class Agent:
    """An agent of the département or of a partner body."""

    id: str
    role: Role
    territory: str | None
    full_name: str
    mail: str | None
    quality: str
    active: bool = True
    version: int = 0

    @classmethod
    def of(cls, principal: Principal) -> "Agent":
        """Somebody seen for the first time."""
        return cls(
            id=principal.subject,
            role=principal.role,
            territory=principal.territory,
            full_name=principal.full_name,
            mail=principal.mail,
            quality=principal.quality,
        )

    def differs_from(self, principal: Principal) -> bool:
        """Whether the token says something new."""
        claimed = Agent.of(principal)
        claimed.active, claimed.version = self.active, self.version
        return claimed != self

    def claim(self, principal: Principal) -> None:
        """Takes over what the identity provider says now."""
        self.role, self.territory = principal.role, principal.territory
        self.full_name, self.mail, self.quality = principal.full_name, principal.mail, principal.quality

    def told(self) -> AgentChanged:
        """The event of the version about to be stored."""
        return AgentChanged(
            aggregate_version=self.version + 1,
            agent_id=self.id,
            role=self.role.value,
            territory=self.territory,
            active=self.active,
            agent=seal(self.card()),
        )

    def card(self) -> AgentCard:
        """The agent as letters and mails name them."""
        return AgentCard(agent_id=self.id, full_name=self.full_name, mail=self.mail, quality=self.quality)

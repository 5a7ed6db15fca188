"""Agents as contracts knows them: from their token at first login, from the directory once the admin keeps them there.

The directory decides where an agent works and whether they still do; the token says who they are and in what role.
"""

from dataclasses import dataclass, replace

from shared.events.blocks import AgentCard
from shared.events.contracts import AgentChanged
from shared.events.sealed import seal
from shared.security.principal import Principal, Role


@dataclass(frozen=True)
class Profile:
    """What the directory says of an agent. `organisation` is the partner body of an external référent.

    Without a territory, a référent sees only the dossiers that they accompany: the rule for external ones, unless the
    directory gives them territories.
    """

    full_name: str
    role: Role
    territories: tuple[str, ...] = ()
    mail: str | None = None
    quality: str = ""
    telephone: str | None = None
    organisation: str | None = None

    @classmethod
    def claimed(cls, principal: Principal) -> "Profile":
        """What a token says."""
        return cls(
            full_name=principal.full_name,
            role=principal.role,
            territories=(principal.territory,) if principal.territory is not None else (),
            mail=principal.mail,
            quality=principal.quality,
        )


@dataclass
class Agent:
    """An agent of the département or of a partner body. `managed`: the admin keeps them in the directory."""

    id: str
    profile: Profile
    active: bool = True
    managed: bool = False
    version: int = 0

    @classmethod
    def of(cls, principal: Principal) -> "Agent":
        """Somebody seen for the first time."""
        return cls(principal.subject, Profile.claimed(principal))

    @property
    def role(self) -> Role:
        """What they may do, as their last token or the directory said."""
        return self.profile.role

    @property
    def full_name(self) -> str:
        """As letters name them."""
        return self.profile.full_name

    @property
    def territory(self) -> str | None:
        """The first of their territories."""
        return self.profile.territories[0] if self.profile.territories else None

    def differs_from(self, principal: Principal) -> bool:
        """Whether the token says something new that counts."""
        return self._after(principal) != self.profile

    def claim(self, principal: Principal) -> None:
        """Takes over what the token says: all of it, or the role alone of an agent whom the directory keeps."""
        self.profile = self._after(principal)

    def keep(self, profile: Profile) -> bool:
        """Takes over what the directory says; false when nothing is new."""
        if self.managed and profile == self.profile:
            return False
        self.profile, self.managed = profile, True
        return True

    def activate(self, *, active: bool) -> bool:
        """Lets them in, or out; false when they are already."""
        if self.active is active:
            return False
        self.active = active
        return True

    def at_work(self, principal: Principal, stands_in_for: frozenset[str]) -> Principal:
        """Who asks, where the directory says that they work (else the token), for whom they stand in today."""
        return principal.at_work(self.profile.territories if self.managed else None, stands_in_for)

    def told(self) -> AgentChanged:
        """The event of the version about to be stored."""
        return self._as_of(self.version + 1)

    def known(self) -> AgentChanged:
        """The event of the version that is stored, told again."""
        return self._as_of(self.version)

    def _as_of(self, version: int) -> AgentChanged:
        return AgentChanged(
            aggregate_version=version,
            agent_id=self.id,
            role=self.role.value,
            territory=self.territory,
            territories=self.profile.territories,
            external=self.profile.organisation is not None,
            active=self.active,
            managed=self.managed,
            agent=seal(self.card()),
        )

    def card(self) -> AgentCard:
        """The agent as letters and mails name them."""
        profile = self.profile
        return AgentCard(agent_id=self.id, full_name=profile.full_name, mail=profile.mail, quality=profile.quality)

    def _after(self, principal: Principal) -> Profile:
        claimed = Profile.claimed(principal)
        return replace(self.profile, role=claimed.role) if self.managed else claimed

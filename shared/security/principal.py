"""Who is asking: the agent as their token describes them, and as the département's directory completes it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, Self

from shared.kernel.errors import Forbidden


class Role(StrEnum):
    """The roles of the département's agents, as tokens name them."""

    REFERENT = "referent"
    SECRETARIAT = "secretariat"
    SERVICE_INSERTION = "service_insertion"
    CHEF_DE_SERVICE = "chef_de_service"
    COMMISSION = "commission"
    PARTNER = "partner"
    ADMIN = "admin"


PERSON_SUBJECT: Final = "urn:cer:person"
"""Who acts when it is the person themselves, on the phone that a link of ours opened: no agent's subject."""


class AgentDeactivated(Forbidden):
    """Their account was closed: a token that is still valid opens nothing."""

    code = "agent-deactivated"
    title = "Compte désactivé"


@dataclass(frozen=True)
class Principal:
    """An agent. `territory` is none for those who work for the whole département.

    `further_territories` are those beside it; `stands_in_for` are the agents whom they replace today.
    """

    subject: str
    role: Role
    territory: str | None
    full_name: str
    mail: str | None
    quality: str
    further_territories: frozenset[str] = frozenset()
    stands_in_for: frozenset[str] = frozenset()

    def at_work(self, territories: Sequence[str] | None, stands_in_for: frozenset[str]) -> Self:
        """As the directory completes the token: `territories` are none for an agent whom it does not keep.

        No territory at all is that of an external référent: they see the dossiers that they accompany.
        """
        if territories is None:
            return replace(self, stands_in_for=stands_in_for)
        return replace(
            self,
            territory=territories[0] if territories else None,
            further_territories=frozenset(territories[1:]),
            stands_in_for=stands_in_for,
        )

    @property
    def territories(self) -> frozenset[str]:
        """Every territory that they work in."""
        return self.further_territories | ({self.territory} if self.territory is not None else set())

    @property
    def accompanies_as(self) -> frozenset[str]:
        """The référents whose dossiers are theirs to write: themselves, and those whom they replace."""
        return self.stands_in_for | {self.subject}

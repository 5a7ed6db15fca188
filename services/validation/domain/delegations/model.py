"""A delegation: one agent decides in the place of a chef de service, for some days and some CERs."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from services.validation.domain.delegations.rules import DelegationIncoherent, DelegationOver, DelegationRequired
from shared.events.blocks import AgentCard
from shared.kernel.errors import FieldProblem


@dataclass(frozen=True)
class Scope:
    """The CERs that it is for: of these territories and these natures; none of one means all."""

    territories: tuple[str, ...] = ()
    natures: tuple[str, ...] = ()

    def holds(self, territory: str, nature: str) -> bool:
        """Whether a CER of this territory and nature is within."""
        return (not self.territories or territory in self.territories) and (not self.natures or nature in self.natures)


@dataclass(frozen=True)
class Ending:
    """Who ended it early, and when (UTC)."""

    by: str
    at: datetime


@dataclass(frozen=True)
class Delegation:
    """From the first day to the last, both included (legal dates), unless it was ended before."""

    id: UUID
    delegator_id: str
    delegate_id: str
    first_day: date
    last_day: date
    scope: Scope
    made_by: str
    made_at: datetime
    ending: Ending | None = None

    def checked(self, today: date) -> "Delegation":
        """The delegation, if it can be given today. Raises DelegationIncoherent."""
        if self.delegate_id == self.delegator_id:
            raise _incoherent("delegate_id", "On ne se donne pas délégation à soi-même : choisissez un autre agent.")
        if self.last_day < self.first_day:
            raise _incoherent("last_day", "La délégation finit avant de commencer : corrigez l'une des deux dates.")
        if self.first_day < today:
            raise _incoherent("first_day", "Une délégation ne s'antidate pas : choisissez aujourd'hui ou plus tard.")
        return self

    def in_force(self, on: date) -> bool:
        """Whether it holds that day."""
        return self.ending is None and self.first_day <= on <= self.last_day

    def ended(self, by: str, at: datetime, today: date) -> "Delegation":
        """Ended now. Raises DelegationOver."""
        if self.ending is not None or self.last_day < today:
            raise DelegationOver("Cette délégation a déjà pris fin : il n'y a rien à faire.")
        return replace(self, ending=Ending(by, at))

    def check(self, territory: str, nature: str) -> None:
        """Raises DelegationRequired for a CER that it is not for."""
        if not self.scope.holds(territory, nature):
            raise DelegationRequired(
                "Votre délégation ne porte pas sur ce CER (territoire ou nature) : laissez-le au chef de service."
            )


def by_delegation(card: AgentCard) -> AgentCard:
    """The agent as editions and letters name who decides by delegation."""
    return card.model_copy(update={"quality": f"{card.quality}, par délégation"})


def _incoherent(field: str, detail: str) -> DelegationIncoherent:
    return DelegationIncoherent(detail, [FieldProblem(field, "incoherent", detail)])

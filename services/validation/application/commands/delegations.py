"""Giving a delegation, and ending it before its last day."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.validation.application.ports import ListsOf
from services.validation.application.ports.delegations import DelegationsOf
from services.validation.domain.delegations.model import Delegation
from services.validation.domain.delegations.rules import DelegationOfAnother
from services.validation.domain.lists import ListName
from services.validation.domain.routing.checking import unknown_codes
from services.validation.domain.routing.rules import UnknownCodes
from shared.database.unit_of_work import UnitOfWork
from shared.kernel.clock import legal_date


@dataclass(frozen=True)
class Giver:
    """Who gives or ends it; `own_only`: a chef de service, who gives it in their own name alone."""

    agent_id: str
    at: datetime
    own_only: bool

    def check(self, delegator_id: str) -> None:
        """Raises DelegationOfAnother."""
        if self.own_only and delegator_id != self.agent_id:
            raise DelegationOfAnother(
                "Vous ne donnez délégation qu'en votre propre nom : pour un autre chef de service, adressez-vous à "
                "l'administrateur."
            )


async def give(
    uow: UnitOfWork, delegations_of: DelegationsOf, lists_of: ListsOf, giver: Giver, wanted: Delegation
) -> Delegation:
    """Stores the delegation. Raises DelegationOfAnother, UnknownCodes, DelegationIncoherent, DelegationsOverlap."""
    giver.check(wanted.delegator_id)
    lists, scope = lists_of(uow), wanted.scope
    natures = (await lists.get(ListName.NATURES)).codes()
    territories = await lists.territories(scope.territories)
    unknown = [
        *unknown_codes("territories", scope.territories, territories),
        *unknown_codes("natures", scope.natures, natures),
    ]
    if unknown:
        raise UnknownCodes(unknown)
    given = wanted.checked(legal_date(giver.at))
    await delegations_of(uow).add(given)
    return given


async def end(uow: UnitOfWork, delegations_of: DelegationsOf, giver: Giver, delegation_id: UUID) -> Delegation:
    """From now on it gives nothing. Any chef de service may end it. Raises UnknownDelegation, DelegationOver."""
    delegations = delegations_of(uow)
    known = await delegations.get(delegation_id)
    ended = known.ended(giver.agent_id, giver.at, legal_date(giver.at))
    await delegations.end(ended)
    return ended

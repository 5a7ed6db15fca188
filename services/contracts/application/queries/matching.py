"""Persons to be told apart, as agents read them."""

from uuid import UUID

from services.contracts.application.commands.matching import check_place
from services.contracts.application.ports import Stores
from services.contracts.application.ports.matching import MatchingFilter
from services.contracts.domain.dossiers.matching import Matching, MatchingState
from services.contracts.domain.dossiers.model import Dossier
from services.contracts.domain.rights import SCOPES, Scope
from shared.security.principal import Principal


async def matchings(
    stores: Stores, agent: Principal, state: MatchingState, after: UUID | None, limit: int
) -> list[Matching]:
    """A page of those that the agent may resolve, the oldest first. Raises Invalid."""
    everywhere = SCOPES["list-matchings"][agent.role] is Scope.ALL
    wanted = MatchingFilter(state, None if everywhere else agent.territories)
    return await stores.matchings.page(wanted, after, limit)


async def matching(stores: Stores, agent: Principal, matching_id: UUID) -> tuple[Matching, list[Dossier]]:
    """One of them with the dossiers that the person may be. Raises NotFound."""
    found = await stores.matchings.get(matching_id)
    check_place(agent, "read-matching", found)
    return found, [await stores.dossiers.get(one) for one in found.candidates]

"""Persons to be told apart, as agents read them."""

from contextlib import suppress
from uuid import UUID

from services.contracts.application.commands.matching import check_place
from services.contracts.application.ports import Stores
from services.contracts.application.ports.matching import MatchingFilter
from services.contracts.domain.dossiers.matching import Matching, MatchingState
from services.contracts.domain.dossiers.model import Dossier
from services.contracts.domain.dossiers.rules import InArchive
from services.contracts.domain.rights import SCOPES
from shared.security.principal import Principal
from shared.security.reach import Scope


async def matchings(
    stores: Stores, agent: Principal, state: MatchingState, after: UUID | None, limit: int
) -> list[Matching]:
    """A page of those that the agent may resolve, the oldest first. Raises Invalid."""
    everywhere = SCOPES["list-matchings"][agent.role] is Scope.ALL
    wanted = MatchingFilter(state, None if everywhere else agent.territories)
    return await stores.matchings.page(wanted, after, limit)


async def matching(stores: Stores, agent: Principal, matching_id: UUID) -> tuple[Matching, list[Dossier]]:
    """One of them with the dossiers of the active base that the person may be. Raises NotFound."""
    found = await stores.matchings.get(matching_id)
    check_place(agent, "read-matching", found)
    dossiers = []
    for one in found.candidates:
        # An archived one opens for nobody; the person can be told apart all the same.
        with suppress(InArchive):
            dossiers.append(await stores.dossiers.get(one))
    return found, dossiers

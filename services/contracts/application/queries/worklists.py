"""The lists of CERs that agents work through: drafts, submitted, returned, ending, ended."""

from collections.abc import Mapping
from dataclasses import replace

from services.contracts.application.ports import CerFilter, Stores
from services.contracts.application.ports.worklists import CerRow, Page
from services.contracts.domain.cers.states import State
from services.contracts.domain.rights import SCOPES
from shared.security.principal import Principal
from shared.security.reach import Scope

# A home page says « plus de 1 000 » rather than count a whole département.
COUNTED = 1_000


async def work(stores: Stores, agent: Principal, wanted: CerFilter, page: Page) -> list[CerRow]:
    """A page of CERs, among those that the agent sees."""
    return await stores.worklists.page(_seen(wanted, agent, "list-work"), page)


async def counts(stores: Stores, agent: Principal, wanted: CerFilter) -> Mapping[State, int]:
    """How many CERs stand in each state, among those that the agent sees; one more than `COUNTED` means more."""
    return await stores.worklists.counts(_seen(wanted, agent, "count-work"), COUNTED + 1)


def _seen(wanted: CerFilter, agent: Principal, operation: str) -> CerFilter:
    return wanted if SCOPES[operation][agent.role] is Scope.ALL else replace(wanted, seen_by=agent)

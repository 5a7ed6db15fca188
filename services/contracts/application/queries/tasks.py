"""What waits to be done or read."""

from datetime import datetime
from uuid import UUID

from services.contracts.application.ports import Stores
from services.contracts.application.ports.cers import ToRead
from services.contracts.domain.rights import SCOPES
from shared.security.principal import Principal
from shared.security.reach import Scope


async def to_read(stores: Stores, agent: Principal, after: tuple[datetime, UUID] | None, limit: int) -> list[ToRead]:
    """A page of the returns that were not opened yet.

    A référent's own and those of whom they replace; all, for those who see all.
    """
    own = SCOPES["list-to-read"][agent.role] is not Scope.ALL
    return await stores.cers.to_read([agent.subject, *agent.stands_in_for] if own else None, after, limit)

"""The ledger of erasures, as the admin follows it."""

from services.contracts.application.ports import Stores
from services.contracts.domain.erasures.model import Erasure


async def erasures(stores: Stores, after: int, limit: int, *, unanswered: bool) -> list[Erasure]:
    """Erasures by number; with `unanswered`, those that a service has not answered yet."""
    return await stores.erasures.page(after, limit, unanswered=unanswered)

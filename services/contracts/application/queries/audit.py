"""The audit as the admin reads it: who saw which dossier, who was refused it."""

from services.contracts.application.ports import Stores
from services.contracts.application.ports.audit import AuditFilter
from services.contracts.domain.audit.entry import Entry, Head
from shared.kernel.errors import NotFound


async def entries(stores: Stores, wanted: AuditFilter, after: int, limit: int) -> list[Entry]:
    """Entries, oldest first, from the one that follows `after`."""
    return await stores.audit.page(wanted, after, limit)


async def head(stores: Stores) -> Head:
    """Where the chain stands. Raises NotFound while nobody read anything."""
    found = await stores.audit.head()
    if found is None:
        raise NotFound("Le journal des consultations est encore vide.")
    return found

"""The audit as it stands in the database."""

from services.contracts.adapters.repository import stores_of
from services.contracts.application.ports.audit import AuditFilter
from services.contracts.domain.audit.entry import Entry
from shared.database.engine import Database


async def entries(database: Database, after: int = 0) -> list[Entry]:
    """The chain, from the entry that follows `after`."""
    async with database.read() as session:
        return await stores_of(session).audit.page(AuditFilter(), after, 1_000_000)

"""What a service needs to audit what it shows and does: made by `build_app` from what the service says of itself."""

from dataclasses import dataclass

from fastapi import APIRouter, FastAPI

from shared.audit.gate import AuditGate
from shared.audit.keeping import publish_head
from shared.audit.ledger import Ledger
from shared.audit.router import May, audit_router
from shared.database.engine import Database
from shared.events.audit import BY_SERVICE
from shared.kernel.clock import Clock
from shared.telemetry.logs import get_logger

log = get_logger(__name__)


@dataclass(frozen=True)
class Audited:
    """What a service says of its audit: the operations that name nobody, and what it puts before each operation."""

    may: May
    impersonal: frozenset[str]


class Auditing:
    """The audit of one process: the gate before its endpoints, the ledger behind it, the publishing of the head."""

    def __init__(self, service: str, audited: Audited, database: Database, clock: Clock) -> None:
        self._service = service
        self._audited = audited
        self._database = database
        self._clock = clock
        # A connection of its own: a pool that is used up by readers never keeps them from their entry.
        self._ledger = Ledger(Database(database.url, pool_size=1))

    def router(self) -> APIRouter:
        """The audit as the admin and partners read it."""
        return audit_router(self._audited.may)

    def guard(self, app: FastAPI) -> None:
        """Puts the gate before everything that the app answers."""
        app.add_middleware(
            AuditGate,
            service=self._service,
            ledger=self._ledger,
            clock=self._clock,
            impersonal=self._audited.impersonal,
        )

    async def publish(self) -> None:
        """Tells the head, when the chain grew."""
        head = await publish_head(self._database, BY_SERVICE[self._service])
        if head is not None:
            # Logs are kept elsewhere, by others: one more place that holds it.
            log.info("audit.head", sequence=head.id, hash=head.hash.hex())

    async def close(self) -> None:
        """Waits for what is being written."""
        await self._ledger.close()

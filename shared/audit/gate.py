"""No entry, no answer: every request that asks for a right leaves its line in the audit before its answer leaves us."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.audit.ledger import Ledger
from shared.audit.metrics import ENTRIES, SHOWN
from shared.audit.slip import Slip, carried
from shared.audit.trail import Trail
from shared.http.problems import failure, refusal_code
from shared.kernel.clock import Clock
from shared.kernel.errors import Refusal
from shared.telemetry.logs import get_logger

log = get_logger(__name__)


class AuditAway(Refusal):
    """The audit cannot be written: nothing is shown."""

    code = "audit-away"
    title = "Service momentanément indisponible"
    status = 503


class AuditGate:
    """ASGI middleware: holds the start of an answer back until its entry is committed."""

    def __init__(self, app: ASGIApp, *, service: str, ledger: Ledger, clock: Clock, impersonal: frozenset[str]) -> None:
        self._app = app
        self._service = service
        self._ledger = ledger
        self._clock = clock
        self._impersonal = impersonal

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        slip = Slip(self._ledger, self._clock, self._impersonal)
        withheld = False

        async def pass_on(message: Message) -> None:
            nonlocal withheld
            if message["type"] == "http.response.start" and not await self._entered(scope, slip, message["status"]):
                withheld = True
                away = AuditAway("La consultation n'a pas pu être consignée : réessayez dans un instant.")
                await failure(scope, away)(scope, receive, send)
            if not withheld:
                await send(message)

        try:
            with carried(slip):
                await self._app(scope, receive, pass_on)
        except Exception:
            await self._entered(scope, slip, 500)
            raise

    async def _entered(self, scope: Scope, slip: Slip, status: int) -> bool:
        """Whether the entry of this answer is committed, or none is owed."""
        trail, code = slip.trail, refusal_code(scope)
        # A page that says how it ended answers 200, whatever it refuses.
        refused = status >= 400 or code is not None
        if trail is not None and trail.entered:
            await self._chain(trail)
        if trail is None or not (trail.owed or (refused and trail.audited)):
            return True
        outcome = (code or f"http-{status}") if refused else "ok"
        try:
            await self._ledger.append(trail.record(self._clock.now(), outcome))
        except Exception as error:
            log.exception("audit.not_written", error=type(error).__name__, operation=trail.operation)
            return False
        ENTRIES.labels(self._service, trail.who.role, "refused" if refused else "ok").inc()
        SHOWN.labels(self._service, trail.who.role).inc(0 if refused else len(trail.dossiers))
        return True

    async def _chain(self, trail: Trail) -> None:
        """Chains what a write entered. It is committed: were the chain away, whoever appends next would take it."""
        try:
            await self._ledger.append()
        except Exception as error:
            log.exception("audit.not_chained_yet", error=type(error).__name__, operation=trail.operation)
        ENTRIES.labels(self._service, trail.who.role, "ok").inc()

"""No entry, no answer: every request that met a counter leaves its line in the audit before its answer leaves us."""

from dataclasses import dataclass

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.contracts.application.commands.ledger import Ledger
from services.contracts.domain.audit.trail import Trail
from services.contracts.entrypoints.http.audit.metrics import ENTRIES, SHOWN
from shared.http.problems import problem, refusal_code
from shared.kernel.clock import Clock
from shared.kernel.errors import Refusal
from shared.telemetry.logs import get_logger

log = get_logger(__name__)

_KEY = "contracts.audit"


class AuditAway(Refusal):
    """The audit cannot be written: nothing is shown."""

    code = "audit-away"
    title = "Service momentanément indisponible"
    status = 503


@dataclass
class Slip:
    """Where the counter leaves the request's trail for the gate."""

    trail: Trail | None = None


def slip_of(scope: Scope) -> Slip:
    """The slip of this request. Raises KeyError where no gate stands: an app without one answers nothing."""
    slip: Slip = scope[_KEY]
    return slip


class AuditGate:
    """ASGI middleware: holds the start of an answer back until its entry is committed."""

    def __init__(self, app: ASGIApp, ledger: Ledger, clock: Clock) -> None:
        self._app = app
        self._ledger = ledger
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        slip = scope[_KEY] = Slip()
        withheld = False

        async def pass_on(message: Message) -> None:
            nonlocal withheld
            if message["type"] == "http.response.start" and not await self._entered(scope, slip, message["status"]):
                withheld = True
                away = AuditAway("La consultation n'a pas pu être consignée : réessayez dans un instant.")
                await problem(away)(scope, receive, send)
            if not withheld:
                await send(message)

        try:
            await self._app(scope, receive, pass_on)
        except Exception:
            await self._entered(scope, slip, 500)
            raise

    async def _entered(self, scope: Scope, slip: Slip, status: int) -> bool:
        """Whether the entry of this answer is committed, or none is owed."""
        trail = slip.trail
        refused = status >= 400
        if trail is not None and trail.entered:
            await self._chain(trail)
        if trail is None or not (trail.owed or (refused and trail.audited)):
            return True
        outcome = (refusal_code(scope) or f"http-{status}") if refused else "ok"
        try:
            await self._ledger.append(trail.record(self._clock.now(), outcome))
        except Exception as error:
            log.exception("audit.not_written", error=type(error).__name__, operation=trail.operation)
            return False
        ENTRIES.labels(trail.agent.role, "refused" if refused else "ok").inc()
        SHOWN.labels(trail.agent.role).inc(0 if refused else len(trail.dossiers))
        return True

    async def _chain(self, trail: Trail) -> None:
        """Chains what a write entered. It is committed: were the chain away, whoever appends next would take it."""
        try:
            await self._ledger.append()
        except Exception as error:
            log.exception("audit.not_chained_yet", error=type(error).__name__, operation=trail.operation)
        ENTRIES.labels(trail.agent.role, "ok").inc()

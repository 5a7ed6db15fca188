"""Where a request's trail stands from its beginning, at the right that it asks for, to the gate that has it written."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from shared.audit.chain import Chain
from shared.audit.ledger import Ledger
from shared.audit.trail import Guest, Trail
from shared.database.unit_of_work import UnitOfWork
from shared.kernel.clock import Clock
from shared.security.principal import Principal

_ENTERING = "audit"


@dataclass
class Slip:
    """One request's. `impersonal`: the operations whose answers name nobody, which leave no entry."""

    ledger: Ledger
    clock: Clock
    impersonal: frozenset[str]
    trail: Trail | None = None

    def begin(self, who: Principal | Guest, operation: str) -> Trail:
        """From now on what is loaded and shown is on record."""
        self.trail = Trail(who, operation, operation not in self.impersonal)
        return self.trail

    async def disclose(self, trail: Trail) -> None:
        """Commits the entry of what is about to be sent: for an answer in parts, before each part."""
        if trail.owed:
            await self.ledger.append(trail.record(self.clock.now()))


_CURRENT: ContextVar[Slip | None] = ContextVar("audit_slip", default=None)


def current() -> Slip | None:
    """The slip of the request that runs here; none outside of any."""
    return _CURRENT.get()


def begun() -> tuple[Slip, Trail]:
    """The slip and the trail of a request whose right was asked for. Raises LookupError where no gate stands."""
    slip = current()
    if slip is None or slip.trail is None:
        raise LookupError("an app without a gate answers nothing")
    return slip, slip.trail


@contextmanager
def carried(slip: Slip) -> Iterator[None]:
    """Everything that this block awaits finds the slip."""
    token = _CURRENT.set(slip)
    try:
        yield
    finally:
        _CURRENT.reset(token)


def enter_with(uow: UnitOfWork) -> None:
    """The request's entry is part of this transaction: what is done and the line of it are there together, or not.

    Called again for the same transaction, it changes nothing.
    """
    slip = current()
    trail = slip.trail if slip is not None else None
    if slip is None or trail is None or not trail.audited or uow.session.info.get(_ENTERING) is trail:
        return
    uow.session.info[_ENTERING] = trail

    async def enter() -> None:
        await Chain(uow.session).enter(trail.record(slip.clock.now()))
        trail.entered = True

    uow.at_last(enter)

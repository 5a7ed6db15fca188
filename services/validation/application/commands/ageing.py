"""Tells which studies wait for too long: what a periodic task calls, of as many replicas as there are."""

from services.validation.application.ports.ageing import AlertsOf
from services.validation.domain.ageing import Ageing, Thresholds
from shared.database.engine import Database
from shared.kernel.clock import Clock

# Told in one transaction: whoever moves one of them meanwhile waits for no more than these.
AT_ONCE = 200


async def tell_ageing(database: Database, alerts_of: AlertsOf, clock: Clock, thresholds: Thresholds) -> int:
    """Tells each late study once for each stay in a state, and says how many were told."""
    told = 0
    while True:
        async with database.begin() as uow:
            events = await alerts_of(uow).raise_new(Ageing(thresholds, clock.now()), AT_ONCE)
            uow.emit(*events)
        told += len(events)
        if len(events) < AT_ONCE:
            return told

"""How fast providers are asked: a token bucket for each, one row in PostgreSQL, so that all replicas share it."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from services.notifications.adapters.tables import provider_pace as table
from shared.database.engine import Database
from shared.database.grouped import Grouped
from shared.kernel.clock import Clock

LONGEST_WAIT = 5.0


class SqlPacer:
    """Implements the port `Pacer`. `rates`: messages a second for each provider; one without a rate is not held back.

    A burst is what one second lets through, at least one. A wait is never long, so that a lane that is stopped ends.
    The lanes of a process ask together, and pass in the order in which they came.
    """

    def __init__(
        self,
        database: Database,
        rates: Mapping[str, float],
        clock: Clock,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._database = database
        self._clock = clock
        self._sleep = sleep
        self._passing: dict[str, Grouped[None, None]] = {
            provider: Grouped(partial(self._let_pass, provider, rate)) for provider, rate in rates.items() if rate > 0
        }

    async def wait(self, provider: str) -> None:
        """Comes back with a token in hand."""
        if provider in self._passing:
            await self._passing[provider](None)

    async def _let_pass(self, provider: str, rate: float, lanes: Sequence[None]) -> Sequence[None]:
        """As many of them as there are tokens, at least one."""
        while True:
            tokens = await self._take(provider, rate, len(lanes))
            if tokens >= 1:
                return lanes[: int(tokens)]
            await self._sleep(min(max(1 - tokens, 0.001) / rate, LONGEST_WAIT))

    async def _take(self, provider: str, rate: float, wanted: int) -> float:
        """Takes so many whole tokens, or those that there are; says how many there were, up to so many.

        The bucket is filled by the time that passed, never by a clock that is late.
        """
        now, burst = self._clock.now(), max(rate, 1.0)
        new = insert(table).values(provider=provider, tokens=burst, counted_at=now).on_conflict_do_nothing()
        locked = select(table.c.tokens, table.c.counted_at).where(table.c.provider == provider).with_for_update()
        async with self._database.begin() as uow:
            await uow.session.execute(new)
            left, counted_at = (await uow.session.execute(locked)).one()
            tokens = min(burst, left + rate * max((now - counted_at).total_seconds(), 0.0))
            taken = min(int(tokens), wanted)
            if taken:
                left_now = {"tokens": tokens - taken, "counted_at": max(counted_at, now)}
                await uow.session.execute(update(table).where(table.c.provider == provider).values(**left_now))
        return float(min(tokens, wanted))

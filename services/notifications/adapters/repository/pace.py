"""How fast providers are asked: a token bucket for each, one row in PostgreSQL, so that all replicas share it."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from sqlalchemy import text

from shared.database.engine import Database
from shared.kernel.clock import Clock

# Filled by the time that passed, never by a clock that is late; a token is taken only where there is a whole one.
_TAKE = text(
    """
    WITH asked AS (SELECT CAST(:burst AS double precision) AS burst, CAST(:rate AS double precision) AS rate,
                          CAST(:now AS timestamptz) AS at)
    INSERT INTO provider_pace AS pace (provider, tokens, counted_at)
    SELECT CAST(:provider AS text), burst - 1, at FROM asked
    ON CONFLICT (provider) DO UPDATE SET
        tokens = (SELECT least(burst, pace.tokens + rate * greatest(extract(epoch FROM at - pace.counted_at), 0)) - 1
                  FROM asked),
        counted_at = greatest(pace.counted_at, excluded.counted_at)
    WHERE (SELECT least(burst, pace.tokens + rate * greatest(extract(epoch FROM at - pace.counted_at), 0)) >= 1
           FROM asked)
    RETURNING tokens
    """
)
_LEFT = text(
    """
    SELECT tokens + CAST(:rate AS double precision)
           * greatest(extract(epoch FROM CAST(:now AS timestamptz) - counted_at), 0)
    FROM provider_pace WHERE provider = :provider
    """
)
LONGEST_WAIT = 5.0


class SqlPacer:
    """Implements the port `Pacer`. `rates`: messages a second for each provider; one without a rate is not held back.

    A burst is what one second lets through, at least one. A wait is never long, so that a lane that is stopped ends.
    """

    def __init__(
        self,
        database: Database,
        rates: Mapping[str, float],
        clock: Clock,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._database = database
        self._rates = {provider: rate for provider, rate in rates.items() if rate > 0}
        self._clock = clock
        self._sleep = sleep

    async def wait(self, provider: str) -> None:
        """Comes back with a token in hand."""
        rate = self._rates.get(provider)
        if rate is None:
            return
        while (missing := await self._take(provider, rate)) > 0:
            await self._sleep(min(missing / rate, LONGEST_WAIT))

    async def _take(self, provider: str, rate: float) -> float:
        """Takes a token; otherwise says how much of one is missing."""
        values = {"provider": provider, "burst": max(rate, 1.0), "rate": rate, "now": self._clock.now()}
        async with self._database.begin() as uow:
            if (await uow.session.execute(_TAKE, values)).first() is not None:
                return 0.0
            values.pop("burst")
            left = await uow.session.scalar(_LEFT, values)
        return max(1.0 - float(left or 0.0), 0.001)

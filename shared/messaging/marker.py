"""Marks outbox rows as published, beside the sending.

A little late on purpose: in an idle system the mark would compete with the very reactions that the row causes. A crash
in between publishes the rows again, which the inboxes of the readers expect.
"""

import asyncio
from collections.abc import Iterable

import asyncpg

from shared.messaging.failpoints import failpoint
from shared.telemetry.metrics import PUBLISHED

LATE_SECONDS = 0.01
# More than this unmarked, and the relay waits: each read has to leave them out.
MOST_UNMARKED = 5_000

_MARK = "UPDATE outbox SET published_at = now() WHERE id = ANY($1::bigint[])"


class Marker:
    """For one term of the relay. `unmarked` is what a read has to leave out."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection
        self._added = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self.unmarked: set[int] = set()

    async def __aenter__(self) -> "Marker":
        self._task = asyncio.create_task(self._run())
        return self

    async def __aexit__(self, *_: object) -> None:
        """Marks what is left, so that an orderly stop publishes nothing again."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])
        if self.unmarked and not self._connection.is_closed():
            async with asyncio.timeout(5):
                await self._mark(list(self.unmarked))

    async def published(self, ids: Iterable[int]) -> None:
        """Kafka acknowledged these. Raises what an earlier mark failed with."""
        failpoint("relay:published-not-marked")
        self.unmarked.update(ids)
        self._added.set()
        while len(self.unmarked) > MOST_UNMARKED:
            self.check()
            await asyncio.sleep(LATE_SECONDS)
        self.check()

    def check(self) -> None:
        """Raises what a mark failed with: the term has to end."""
        if self._task is not None and self._task.done():
            self._task.result()

    async def _run(self) -> None:
        while True:
            await self._added.wait()
            self._added.clear()
            await asyncio.sleep(LATE_SECONDS)
            await self._mark(list(self.unmarked))

    async def _mark(self, ids: list[int]) -> None:
        await self._connection.execute(_MARK, ids)
        self.unmarked.difference_update(ids)
        PUBLISHED.inc(len(ids))

"""Whose turn it is to render: so many at a time, an agent who waits before a batch."""

import asyncio
import heapq
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count

# A batch's letter that waited this long goes before an agent who comes then: its row's lease is running.
BATCH_PATIENCE = 10.0


class Turns:
    """`size` at a time. Each waits under the time by which it would be served: an agent now, a batch later."""

    def __init__(self, size: int, patience: float = BATCH_PATIENCE) -> None:
        self._free = size
        self._patience = patience
        self._waiting: list[tuple[float, int, asyncio.Future[None]]] = []
        self._number = count()

    @asynccontextmanager
    async def turn(self, *, batch: bool) -> AsyncIterator[None]:
        """Held while one renders."""
        await self._take(batch=batch)
        try:
            yield
        finally:
            self._give()

    async def _take(self, *, batch: bool) -> None:
        if self._free:
            self._free -= 1
            return
        loop = asyncio.get_running_loop()
        called: asyncio.Future[None] = loop.create_future()
        due = loop.time() + (self._patience if batch else 0.0)
        heapq.heappush(self._waiting, (due, next(self._number), called))
        try:
            await called
        except asyncio.CancelledError:
            if called.done() and not called.cancelled():  # called and given up at once: the turn passes on
                self._give()
            raise

    def _give(self) -> None:
        while self._waiting:
            _, _, called = heapq.heappop(self._waiting)
            if not called.done():
                called.set_result(None)
                return
        self._free += 1

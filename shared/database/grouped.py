"""Does at once what many ask for one at a time, as PostgreSQL does with commits that come together."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from contextvars import Context
from typing import Generic, TypeVar

Wish = TypeVar("Wish")
Result = TypeVar("Result")

# Of a table's rows that are locked together: enough to make a transaction cheap, few enough to be short.
MOST = 100


class Grouped(Generic[Wish, Result]):
    """Called with a wish, gives its result. What is wished for while a turn runs is the next turn's.

    `together` gets the wishes in the order in which they came, and returns a result or an exception for each; when it
    returns fewer, the others are asked for again, before what came since. After a turn, the next one gathers wishes
    until there are `enough`, or `pause` seconds have passed since it began; a wish that comes later waits for nobody.

    A turn belongs to no caller: it goes on when one of them is cancelled, and is part of nobody's trace.
    """

    def __init__(
        self,
        together: Callable[[Sequence[Wish]], Awaitable[Sequence[Result | Exception]]],
        most: int = MOST,
        pause: float = 0.0,
        enough: int = MOST,
    ) -> None:
        self._together = together
        self._most = most
        self._pause = pause
        self._enough = enough
        self._next_at = 0.0
        self._gathered = asyncio.Event()
        self._waiting: deque[tuple[Wish, asyncio.Future[Result]]] = deque()
        self._turns: asyncio.Task[None] | None = None

    async def __call__(self, wish: Wish) -> Result:
        """The result of this wish. Raises what was returned as its exception, or raised for the whole turn."""
        answer: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting.append((wish, answer))
        if len(self._waiting) >= self._enough:
            self._gathered.set()
        if self._turns is None or self._turns.done():
            self._turns = asyncio.create_task(self._take_turns(), context=Context())
        return await answer

    async def settled(self) -> None:
        """Waits until nothing is being done, and nobody waits."""
        if self._turns is not None:
            await asyncio.wait([self._turns])

    async def _take_turns(self) -> None:
        while turn := await self._next():
            try:
                results = await self._together([wish for wish, _ in turn])
            except Exception as error:  # noqa: BLE001 - it is raised to everyone who asked
                results = [error] * len(turn)
            except BaseException:
                for _, answer in turn:
                    answer.cancel()
                raise
            self._waiting.extendleft(reversed(turn[len(results) :]))
            for (_, answer), result in zip(turn, results, strict=False):
                _settle(answer, result)

    async def _next(self) -> list[tuple[Wish, asyncio.Future[Result]]]:
        """Those who waited longest, without those who were cancelled meanwhile."""
        if self._waiting and self._pause:
            await self._gather()
        turn: list[tuple[Wish, asyncio.Future[Result]]] = []
        while self._waiting and len(turn) < self._most:
            wish, answer = self._waiting.popleft()
            if not answer.done():
                turn.append((wish, answer))
        return turn

    async def _gather(self) -> None:
        loop = asyncio.get_running_loop()
        if len(self._waiting) < self._enough and loop.time() < self._next_at:
            self._gathered.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout_at(self._next_at):
                    await self._gathered.wait()
        self._next_at = loop.time() + self._pause


def _settle(answer: asyncio.Future[Result], result: Result | Exception) -> None:
    if answer.done():
        return
    if isinstance(result, Exception):
        answer.set_exception(result)
    else:
        answer.set_result(result)

"""Keeps background tasks running: one that ends or fails is started again, and health knows it."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from shared.telemetry.logs import get_logger

log = get_logger(__name__)

RESTART_SECONDS = 1.0


@dataclass
class Background:
    """A task of a service: its name and the coroutine function that runs until cancelled."""

    name: str
    run: Callable[[], Awaitable[None]]


@dataclass
class Supervisor:
    """Starts background tasks with the app and cancels them, in reverse order, when it stops."""

    backgrounds: list[Background] = field(default_factory=list)
    _tasks: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    failing: set[str] = field(default_factory=set)

    def start(self) -> None:
        """Starts every task."""
        for background in self.backgrounds:
            self._tasks[background.name] = asyncio.create_task(self._keep(background), name=background.name)

    async def _keep(self, background: Background) -> None:
        while True:
            try:
                await background.run()
            except Exception as error:
                self.failing.add(background.name)
                log.exception("background.failed", task=background.name, error=type(error).__name__)
            await asyncio.sleep(RESTART_SECONDS)
            self.failing.discard(background.name)

    async def stop(self) -> None:
        """Cancels every task and waits for it."""
        for name in reversed(self._tasks):
            task = self._tasks[name]
            task.cancel()
            await asyncio.wait([task], timeout=30)
        self._tasks.clear()

    @property
    def alive(self) -> bool:
        """No task ended, none is between a failure and its restart."""
        return not self.failing and all(not task.done() for task in self._tasks.values())

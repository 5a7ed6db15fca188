"""Processes of notifications side by side, as a site runs them: each does its share of the same work."""

import asyncio
import multiprocessing
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection

import uvloop

from services.notifications.application.commands.making import MAIL
from services.notifications.entrypoints.consumers import consumers
from services.notifications.main import making_of, office_of
from services.notifications.settings import Settings
from shared.kernel.clock import FixedClock
from shared.messaging.delivery import Delivery
from shared.messaging.inbox import Inbox
from shared.runtime import collector
from shared.runtime.platform import Platform
from tests.builders.notifications import NOW

WORK, GO, STOP = "work", "go", "stop"


class Replicas:
    """What is asked of all of them at once."""

    def __init__(self, pipes: Sequence[Connection]) -> None:
        self._pipes = pipes

    def hear(self, deliveries: Sequence[Delivery]) -> float:
        """Each hears its share of these: topics side by side, those of a topic one after the other, as Kafka hands them
        over. Seconds until the last one.
        """
        for number, pipe in enumerate(self._pipes):
            pipe.send(deliveries[number :: len(self._pipes)])
        begun = self._go()
        self._heard()
        return time.perf_counter() - begun

    def work(self) -> float:
        """Has them send what waits. The moment at which they began."""
        for pipe in self._pipes:
            pipe.send(WORK)
        return self._go()

    def rest(self) -> None:
        """Has them send no more."""
        for pipe in self._pipes:
            pipe.send(STOP)
        self._heard()

    def _go(self) -> float:
        self._heard()
        begun = time.perf_counter()
        for pipe in self._pipes:
            pipe.send(GO)
        return begun

    def _heard(self) -> None:
        for pipe in self._pipes:
            pipe.recv()


@contextmanager
def replicas(settings: Settings, count: int) -> Iterator[Replicas]:
    """So many processes, ready to be asked."""
    context = multiprocessing.get_context("spawn")
    pipes, processes = [], []
    for _ in range(count):
        ours, theirs = context.Pipe()
        processes.append(context.Process(target=_run, args=(settings, theirs), daemon=True))
        processes[-1].start()
        # Theirs alone, so that the end of a process that fails is heard here.
        theirs.close()
        pipes.append(ours)
    try:
        yield Replicas(pipes)
    finally:
        for process in processes:
            process.terminate()
            process.join()


def _run(settings: Settings, told: Connection) -> None:
    uvloop.run(_serve(settings, told))


async def _serve(settings: Settings, told: Connection) -> None:
    platform, clock = Platform(settings), FixedClock(NOW)
    making = making_of(settings, platform, clock)
    inboxes = {topic.name: each.inbox for each in consumers(platform.database, making) for topic in each.topics}
    office = office_of(settings, platform, clock)
    (worker,) = [each for each in office.workers if each.kind == MAIL]
    collector.spare()
    while True:
        asked = await asyncio.to_thread(told.recv)
        told.send("ready")
        await asyncio.to_thread(told.recv)
        if asked == WORK:
            working = asyncio.create_task(worker.run())
            await asyncio.to_thread(told.recv)
            working.cancel()
            with suppress(asyncio.CancelledError):
                await working
        else:
            topics = {delivery.topic for delivery in asked}
            await asyncio.gather(
                *(_hear(inboxes[topic], [one for one in asked if one.topic == topic]) for topic in topics)
            )
        told.send("done")


async def _hear(inbox: Inbox, deliveries: Sequence[Delivery]) -> None:
    for delivery in deliveries:
        assert await inbox.handle(delivery) == "done"

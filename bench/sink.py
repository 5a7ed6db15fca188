"""A server that takes every mail and keeps none, in a process of its own."""

import asyncio
import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.sharedctypes import Synchronized

import uvloop
from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass(frozen=True)
class Sink:
    """Where it listens on loopback, and how many mails it took."""

    port: int
    counter: "Synchronized[int]"

    @property
    def taken(self) -> int:
        return self.counter.value


class _Nothing:
    def __init__(self, counter: "Synchronized[int]") -> None:
        self._counter = counter

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802, ARG002
        # One process writes it.
        self._counter.value += 1
        return "250 OK"


def _listen(told: Connection, counter: "Synchronized[int]") -> None:
    async def serve() -> None:
        server = await asyncio.get_running_loop().create_server(lambda: SMTP(_Nothing(counter)), "127.0.0.1", 0)
        told.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    uvloop.run(serve())


@contextmanager
def sink() -> Iterator[Sink]:
    """One that runs until the end of the block."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    counter = context.Value("l", 0)
    process = context.Process(target=_listen, args=(theirs, counter), daemon=True)
    process.start()
    try:
        yield Sink(ours.recv(), counter)
    finally:
        process.terminate()

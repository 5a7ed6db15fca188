"""What the services stand on, without the services: for tests, and for the command that runs the whole system.

with start_backing(tmp_path, postgres=True, kafka=True) as backing:
    url = backing.postgres.create_database("relay")
    backing.kafka.bootstrap
    backing.kafka.kill(); backing.kafka.restart()      # same port, same data
    backing.postgres.kill(); backing.postgres.restart()
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from deploy.embedded.component import Component, Say, await_ready, silent
from deploy.embedded.idp import Idp
from deploy.embedded.kafka import Kafka
from deploy.embedded.outbox.component import OutboxServer
from deploy.embedded.postgres import Postgres
from deploy.embedded.state import State

Kind = TypeVar("Kind", bound=Component)


class Backing:
    """The running backing components. Asking for one that was not started raises KeyError."""

    def __init__(self, state: State, components: Sequence[Component]) -> None:
        self.state = state
        self.components = components

    @property
    def postgres(self) -> Postgres:
        """The database server."""
        return self._find(Postgres)

    @property
    def kafka(self) -> Kafka:
        """The broker."""
        return self._find(Kafka)

    @property
    def idp(self) -> Idp:
        """The identity provider."""
        return self._find(Idp)

    @property
    def outbox(self) -> OutboxServer:
        """The SMTP server and the SMS gateway."""
        return self._find(OutboxServer)

    def _find(self, kind: type[Kind]) -> Kind:
        for component in self.components:
            if isinstance(component, kind):
                return component
        raise KeyError(kind.name)

    def start(self) -> None:
        """Start all at once, then wait for all. Raises StartFailedError."""
        for component in self.components:
            component.start()
        await_ready(self.components)

    def stop(self) -> None:
        """Stop all, last started first."""
        for component in reversed(self.components):
            component.stop()


@contextmanager
def start_backing(
    var: Path,
    *,
    postgres: bool = True,
    kafka: bool = True,
    idp: bool = False,
    outbox: bool = False,
    say: Say = silent,
) -> Iterator[Backing]:
    """Start the components asked for, with their state under `var`; stop them at the end, whatever happens."""
    state = State.load(var)
    # The slowest first.
    wanted: list[tuple[Callable[..., Component], bool]] = [
        (Kafka, kafka),
        (Idp, idp),
        (Postgres, postgres),
        (OutboxServer, outbox),
    ]
    backing = Backing(state, [make(state, say=say) for make, asked in wanted if asked])
    try:
        backing.start()
        yield backing
    finally:
        backing.stop()

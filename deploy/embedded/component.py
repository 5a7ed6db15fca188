"""What every component of the embedded system has in common: it is prepared, started, awaited, stopped."""

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

from deploy.embedded.process import ProcessRecord, sweep
from deploy.embedded.state import State

Say = Callable[[str], None]


def say(text: str) -> None:
    """One line of progress for the person at the terminal; a closed terminal must not keep us from stopping."""
    with suppress(OSError):
        print(text, flush=True)


def silent(_text: str) -> None:
    """For tests."""


class StartFailedError(Exception):
    """A component did not come up; the message says which and shows the end of its log."""


class Component(ABC):
    """One process that the system needs. `name` is its name in the state, in the logs and on the screen."""

    name: str
    port_names: tuple[str, ...] = ()
    """The names, in the state, of the ports that it listens on; the first is the one that it is known by."""
    patience: float = 60
    """Seconds given to the process to become ready."""

    def __init__(self, state: State, *, say: Say = say, die_with_us: bool = True) -> None:
        self.state = state
        self.say = say
        self.die_with_us = die_with_us
        self.started_at = 0.0

    @property
    def folder(self) -> Path:
        """Where it keeps its data; also the mark by which its processes are known."""
        return self.state.folder(self.name)

    @property
    def log(self) -> Path:
        """Its log file."""
        return self.state.log(self.name)

    @property
    def port(self) -> int:
        """The port that it is known by."""
        return self.state.ports[self.port_names[0]]

    @property
    def record(self) -> ProcessRecord | None:
        """Its process, as recorded; it may have ended since."""
        return self.state.processes.get(self.name)

    @abstractmethod
    def prepare(self) -> None:
        """Download, initialise and write what the process needs. Quick when all is there."""

    @abstractmethod
    def spawn(self) -> ProcessRecord:
        """Start the process."""

    @abstractmethod
    def ready(self) -> bool:
        """Whether it answers, by a real request."""

    @abstractmethod
    def addresses(self) -> dict[str, str]:
        """Where others reach it."""

    def start(self) -> None:
        """Start, without waiting: what an earlier run left behind is ended first, and the ports are chosen."""
        if swept := sweep(self.folder):
            self.say(f"{self.name} : {swept} processus d'un lancement précédent arrêté(s)")
        for name in self.port_names:
            self.state.port(name)
        self._launch()

    def _launch(self) -> None:
        self.prepare()
        self.started_at = time.monotonic()
        self.state.processes[self.name] = self.spawn()
        self.state.addresses.update(self.addresses())
        self.state.save()

    def stop(self) -> None:
        """Stop in order; does nothing when it does not run."""
        if self.record is not None:
            self.record.stop()
        sweep(self.folder)
        self.state.processes.pop(self.name, None)
        self.state.save()

    def kill(self) -> None:
        """SIGKILL it and all of its children, as a crash would."""
        if self.record is not None:
            self.record.kill()
        sweep(self.folder)

    def restart(self) -> None:
        """Start again on the same ports and data, and wait until it is ready."""
        sweep(self.folder)
        self._launch()
        await_ready([self])

    def failed(self, what: str) -> StartFailedError:
        """The error that says what happened to it, with the end of its log."""
        return StartFailedError(f"{self.name} {what} ; fin de {self.log} :\n{last_lines(self.log)}")


def last_lines(log: Path, count: int = 15) -> str:
    """The end of a log."""
    try:
        return "\n".join(log.read_text(errors="replace").splitlines()[-count:])
    except OSError:
        return "(pas de journal)"


def await_ready(components: Iterable[Component]) -> None:
    """Wait for all of them at once; raises StartFailedError for the first that ends or stays silent too long."""
    waiting = list(components)
    while waiting:
        for component in list(waiting):
            elapsed = time.monotonic() - component.started_at
            if component.ready():
                waiting.remove(component)
                where = ", ".join(component.addresses().values())
                component.say(f"{component.name} : prêt en {elapsed:.1f} s ({where})")
            elif component.record is None or component.record.find() is None:
                raise component.failed("s'est arrêté")
            elif elapsed > component.patience:
                raise component.failed(f"ne répond pas après {elapsed:.0f} s")
        time.sleep(0.05)

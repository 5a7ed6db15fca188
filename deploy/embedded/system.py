"""Up, down and status of the whole system."""

import fcntl
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import psutil

from deploy.embedded.component import Component, await_ready, last_lines, say
from deploy.embedded.databases import Databases
from deploy.embedded.idp import Idp
from deploy.embedded.kafka import Kafka
from deploy.embedded.keys import ensure_keys
from deploy.embedded.outbox.component import OutboxServer
from deploy.embedded.postgres import Postgres
from deploy.embedded.process import ProcessRecord, sweep
from deploy.embedded.services import SERVICES, Service, migrate, provision
from deploy.embedded.state import State
from deploy.embedded.zipkin import Zipkin

SUPERVISOR = "supervisor"


@dataclass(frozen=True)
class Options:
    """What `up` was asked for. `postgres` and `kafka` are servers that run already, given by their address."""

    var: Path
    postgres: str | None = None
    kafka: str | None = None
    zipkin: bool = False
    backing_only: bool = False
    detach: bool = False


class AlreadyUpError(Exception):
    """The system runs already, or is being started or stopped by another command."""


def up(options: Options) -> None:
    """Start everything. Attached, it stays until Ctrl-C or SIGTERM and then stops everything; detached, it returns.

    Raises StartFailedError (what was started is stopped), AlreadyUpError.
    """
    with _alone(options.var):
        state = State.load(options.var)
        if state.processes and state.alive().keys() == state.processes.keys():
            raise AlreadyUpError
        stop_all(state)
        _on_signals(_interrupt)
        try:
            started = time.monotonic()
            _start(state, options)
            say(f"tout est prêt en {time.monotonic() - started:.0f} s")
            print_addresses(state)
            if options.detach:
                return
            _watch(state)
        except KeyboardInterrupt:
            say("arrêt…")
            _stop_undisturbed(state)
        except BaseException:
            _stop_undisturbed(state)
            raise


def down(var: Path) -> bool:
    """Stop everything that runs; returns whether anything did. A supervisor at a terminal is told to do it."""
    state = State.load(var)
    running = bool(state.alive())
    if supervisor := state.processes.pop(SUPERVISOR, None):
        supervisor.stop(timeout=90)
        state = State.load(var)
    stop_all(state)
    return running


def stop_all(state: State) -> None:
    """Stop what the state records, services before what they stand on, then whatever still carries our mark."""
    services = [record for name, record in state.processes.items() if name in SERVICES]
    database = [record for name, record in state.processes.items() if name == "postgres"]
    others = [record for record in state.processes.values() if record not in (*services, *database)]
    for group in (services, others, database):
        with ThreadPoolExecutor(max_workers=len(SERVICES)) as pool:
            list(pool.map(ProcessRecord.stop, group))
    sweep(state.folder())
    state.processes.clear()
    state.addresses.clear()
    state.save()


def print_addresses(state: State) -> None:
    """Where everything is reached."""
    for name, address in state.addresses.items():
        say(f"  {name:<14} {address}")
    say(f"  {'journaux':<14} {state.log('…')}")


def print_status(var: Path) -> bool:
    """Say what runs and what does not; returns whether all that was started still runs."""
    state = State.load(var)
    alive = state.alive()
    if not state.processes:
        say("rien ne tourne")
    for name in state.processes:
        say(f"  {name:<14} {'en marche' if name in alive else 'arrêté sans que ce soit demandé'}")
    if alive:
        print_addresses(state)
    return bool(alive) and alive.keys() == state.processes.keys()


def _start(state: State, options: Options) -> None:
    attached = not options.detach
    if attached:
        own = psutil.Process()
        state.processes[SUPERVISOR] = ProcessRecord(own.pid, own.create_time())
    if options.kafka:
        state.addresses["kafka"] = options.kafka
    backing = [make(state, say=say, die_with_us=attached) for make in _backing(options)]
    for component in backing:
        component.start()
    ensure_keys(state.var / "keys", SERVICES)
    _databases(state, options, backing).create(SERVICES)
    if options.backing_only:
        await_ready(backing)
        return
    migration = migrate(state)
    await_ready(backing)
    say("bases de données et topics : mise à jour…")
    provision(state).finish()
    migration.finish()
    state.port("portal")
    services = [Service(name, state, say=say, die_with_us=attached) for name in SERVICES]
    for service in services:
        service.start()
    await_ready(services)


def _databases(state: State, options: Options, backing: list[Component]) -> Databases:
    """The server given, or ours as soon as it is ready: Kafka takes longer, and migrations need it not."""
    if options.postgres:
        return Databases(options.postgres, state)
    postgres = next(component for component in backing if isinstance(component, Postgres))
    await_ready([postgres])
    backing.remove(postgres)
    return postgres.databases


def _backing(options: Options) -> Sequence[Callable[..., Component]]:
    """What to start under the services, the slowest first."""
    wanted: list[tuple[Callable[..., Component], bool]] = [
        (Kafka, options.kafka is None),
        (Zipkin, options.zipkin),
        (Idp, True),
        (Postgres, options.postgres is None),
        (OutboxServer, True),
    ]
    return [make for make, asked in wanted if asked]


def _watch(state: State) -> None:
    """Wait for the signal to stop; tell what dies meanwhile, with the end of its log."""
    living = state.alive()  # before it is said that all lives: what dies right after is told too
    say("Ctrl-C arrête tout.")
    while True:
        time.sleep(0.5)
        for name in [name for name, record in living.items() if record.find() is None]:
            del living[name]
            say(f"{name} s'est arrêté ; fin de {state.log(name)} :\n{last_lines(state.log(name))}")


@contextmanager
def _alone(var: Path) -> Iterator[None]:
    """One `up` at a time. The lock is the kernel's: it ends with the process, however that ends."""
    folder = var / "embedded"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyUpError from None
        yield


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _on_signals(handler: Callable[[int, FrameType | None], None] | signal.Handlers) -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, handler)


def _stop_undisturbed(state: State) -> None:
    """A second Ctrl-C must not leave half of it running."""
    _on_signals(signal.SIG_IGN)
    state.processes.pop(SUPERVISOR, None)
    stop_all(state)

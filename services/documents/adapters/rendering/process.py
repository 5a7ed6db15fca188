"""One render process, seen from both ends of its pipe."""

import os
import resource
import signal
from collections.abc import Mapping
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any

from services.documents.adapters.rendering.html import Look
from services.documents.application.ports import RenderedPdf
from services.documents.domain.edition import RenderCrashed, RenderRefused, RenderTimeout

if TYPE_CHECKING:
    from services.documents.adapters.rendering.pdf import PdfMaker

START_SECONDS = 60.0
_WARM_UP = "<html lang='fr'><title>Prêt</title><body><h1>Prêt</h1><p>Le premier <b>texte</b> charge les polices.</p>"


@dataclass(frozen=True)
class Setting:
    """What a process starts with."""

    look: Look
    fonts: tuple[Path, ...]
    fontconfig: Path
    memory_mib: int


@dataclass(frozen=True)
class Job:
    """A page to set."""

    template: str
    data: Mapping[str, Any]
    fingerprint: str


@dataclass(frozen=True)
class Failure:
    """A page that cannot be set. Says the kind of error and nothing of the content."""

    error: str


def serve(pipe: Connection, setting: Setting) -> None:
    """The child's life: load once, then set pages until the pipe closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle: it closes the pipe
    os.environ["FONTCONFIG_FILE"] = str(setting.fontconfig)
    # Fontconfig reads the variable when pango loads; and the parent is spared a second of imports.
    from services.documents.adapters.rendering.pdf import PdfMaker  # noqa: PLC0415

    maker = PdfMaker(setting.look, setting.fonts)
    maker.pdf(_WARM_UP)
    bound(setting.memory_mib)
    pipe.send("ready")
    while True:
        try:
            job: Job = pipe.recv()
            pipe.send(_answer(maker, job))
        except (EOFError, OSError):
            return  # The parent closed the pipe, or died.


def bound(memory_mib: int) -> None:
    """A document that wants more memory fails, or takes this process with it; never the machine's others.

    Bounds addresses (RLIMIT_AS), of which some hundreds of MiB are libraries and what threads reserve.
    """
    resource.setrlimit(resource.RLIMIT_AS, (memory_mib * 1024 * 1024,) * 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _answer(maker: "PdfMaker", job: Job) -> RenderedPdf | Failure:
    try:
        content, pages = maker.pdf(maker.page(job.template, job.data, job.fingerprint))
    except BaseException as error:  # noqa: BLE001 - WeasyPrint's fatal errors are no Exception
        return Failure(type(error).__name__)
    return RenderedPdf(content, pages, job.fingerprint)


class RenderProcess:
    """A child and the pipe to it. Its methods block: the pool calls them from threads."""

    def __init__(self, setting: Setting) -> None:
        self._pipe, theirs = get_context("spawn").Pipe()
        self._child = get_context("spawn").Process(target=serve, args=(theirs, setting), daemon=True, name="render")
        self._child.start()
        theirs.close()
        self._ready = False
        self.renders = 0

    @property
    def pid(self) -> int:
        """The child's process id."""
        return self._child.pid or 0

    @property
    def alive(self) -> bool:
        """Whether the child still runs."""
        return self._child.is_alive()

    def wait_ready(self) -> None:
        """Waits until fonts and styles are loaded. Raises RenderCrashed, RenderTimeout."""
        if not self._ready:
            self._receive(START_SECONDS)
            self._ready = True

    def render(self, job: Job, limit_seconds: float) -> RenderedPdf:
        """Has a page set. Raises RenderRefused, RenderCrashed, RenderTimeout; after the last two the child is dead."""
        self.wait_ready()
        self.renders += 1
        try:
            self._pipe.send(job)
        except OSError:
            self.kill()
            raise _crashed() from None
        answer = self._receive(limit_seconds)
        if isinstance(answer, Failure):
            raise RenderRefused(f"Le document n'a pas pu être mis en page ({answer.error}).")
        assert isinstance(answer, RenderedPdf)  # noqa: S101 - what `serve` sends
        return answer

    def _receive(self, limit_seconds: float) -> object:
        try:
            if not self._pipe.poll(limit_seconds):
                self.kill()
                raise RenderTimeout(f"La mise en page a dépassé {limit_seconds:.0f} secondes.")
            return self._pipe.recv()
        except (EOFError, OSError):
            self.kill()
            raise _crashed() from None

    def abort(self) -> None:
        """Ends the child; the thread that waits for it is told by the pipe."""
        self._child.kill()

    def kill(self) -> None:
        """Ends the child at once and closes the pipe. For the thread that holds the process."""
        self._child.kill()
        self._child.join()
        self._pipe.close()


def _crashed() -> RenderCrashed:
    return RenderCrashed("Le processus de mise en page s'est arrêté.")

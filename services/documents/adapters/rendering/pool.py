"""Renders in spawned processes: WeasyPrint is slow, grows, and a document must not take the service down with it.

A process keeps one font configuration and is replaced after a number of renders, when it dies, or when a render passes
its time limit; that document alone fails.
"""

import asyncio
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from services.documents.adapters.rendering.html import Look, Templates
from services.documents.adapters.rendering.process import Job, RenderProcess, Setting
from services.documents.adapters.rendering.turns import Turns
from services.documents.application.ports import RenderedPdf
from shared.pdf.fonts import font_files, write_configuration


class RenderPool:
    """`size` processes, each used by one render at a time. Implements `Renderer`.

    `recycle_after` counts renders; `limit_seconds` bounds one; `memory_mib` bounds what a process may take.
    """

    def __init__(
        self,
        look: Look,
        fonts: Sequence[Path],
        *,
        size: int = 2,
        recycle_after: int = 500,
        limit_seconds: float = 60.0,
        memory_mib: int = 1024,
    ) -> None:
        self._look = look
        self._fonts = tuple(fonts)
        self._size = size
        self._recycle_after = recycle_after
        self._limit = limit_seconds
        self._memory_mib = memory_mib
        self._turns = Turns(size)
        self._templates = Templates(look)
        # An empty slot gets its process when it is used.
        self._slots: SimpleQueue[RenderProcess | None] = SimpleQueue()
        self._threads: ThreadPoolExecutor | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._setting: Setting | None = None
        self._living: set[RenderProcess] = set()

    async def start(self) -> None:
        """Starts every process and waits until each has loaded its fonts. Raises FontsMissing, RenderCrashed."""
        font_files(self._fonts)
        self._folder = tempfile.TemporaryDirectory(prefix="cer-render-")
        configuration = write_configuration(self._fonts, Path(self._folder.name))
        self._setting = Setting(self._look, self._fonts, configuration, self._memory_mib)
        self._threads = ThreadPoolExecutor(self._size, thread_name_prefix="render")
        processes = [self._spawn() for _ in range(self._size)]
        for process in processes:
            self._slots.put(process)
        loop = asyncio.get_running_loop()
        await asyncio.gather(*(loop.run_in_executor(self._threads, process.wait_ready) for process in processes))

    async def render(self, template: str, data: Mapping[str, Any], *, batch: bool = False) -> RenderedPdf:
        """The PDF of these data; for a `batch` nobody waits. Raises RenderRefused, RenderCrashed, RenderTimeout."""
        if self._threads is None:
            raise RuntimeError("the pool was not started")
        job = Job(template, data, self._templates.fingerprint(template, data))
        async with self._turns.turn(batch=batch):
            return await asyncio.get_running_loop().run_in_executor(self._threads, self._render, job)

    async def close(self) -> None:
        """Ends every process; renders under way fail."""
        threads, self._threads = self._threads, None
        if threads is not None:
            threads.shutdown(wait=False, cancel_futures=True)
            for process in list(self._living):
                process.abort()
            await asyncio.to_thread(threads.shutdown, wait=True)
        for process in list(self._living):
            process.kill()
        self._living.clear()
        self._slots = SimpleQueue()
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    @property
    def pids(self) -> frozenset[int]:
        """The processes in service."""
        return frozenset(process.pid for process in self._living)

    def _render(self, job: Job) -> RenderedPdf:
        """In a thread of the pool's own: takes a slot, and gives it back whatever happens."""
        slot = self._slots.get()
        try:
            slot = slot or self._spawn()
            return slot.render(job, self._limit)
        finally:
            self._slots.put(self._kept(slot))

    def _kept(self, process: RenderProcess | None) -> RenderProcess | None:
        """The process, unless it is dead or worn out: then its successor starts while others render."""
        if process is None or (process.alive and process.renders < self._recycle_after):
            return process
        process.kill()
        self._living.discard(process)
        if self._threads is None:
            return None
        try:
            return self._spawn()
        except OSError:
            return None

    def _spawn(self) -> RenderProcess:
        assert self._setting is not None  # noqa: S101 - set by start()
        process = RenderProcess(self._setting)
        self._living.add(process)
        return process

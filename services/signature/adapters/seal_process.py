"""The seal at work in a process of its own: it computes for long, and a token's driver may crash."""

import asyncio
import os
import tempfile
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from pathlib import Path
from typing import Any, TypeVar

from services.signature.adapters.department_seal import DepartmentSeal
from services.signature.adapters.seal_options import SealOptions
from shared.pdf.fonts import write_configuration

T = TypeVar("T")


class SealProcess:
    """Implements `Seal`. The process starts with the first document, reads the key once, and is replaced if it dies."""

    def __init__(self, folder: Path, options: SealOptions) -> None:
        """Raises SealUnusableError, OSError, ValueError for a key that could not be used."""
        DepartmentSeal.load(folder, options)
        # Not before the process needs it does pango read the fonts; the folder lives as long as the service.
        self._folder = tempfile.TemporaryDirectory(prefix="cer-seal-")
        configuration = write_configuration([options.font.parent], Path(self._folder.name))
        self._setting = (folder, options, configuration)
        self._pool = self._started()

    async def seal(self, pdf: bytes, reference: str, block: tuple[str, ...]) -> bytes:
        return await self._run(_seal, pdf, reference, block)

    async def dossier(self, content: dict[str, Any]) -> bytes:
        return await self._run(_dossier, content)

    async def signed(self, content: dict[str, Any]) -> bytes:
        return await self._run(_signed, content)

    def close(self) -> None:
        """Ends the process; what it was doing is left to the work row's lease."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._folder.cleanup()

    def _started(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(1, get_context("spawn"), initializer=_open, initargs=self._setting)

    async def _run(self, act: Callable[..., T], *given: Any) -> T:
        pool = self._pool
        try:
            return await asyncio.get_running_loop().run_in_executor(pool, act, *given)
        except BrokenProcessPool:
            if self._pool is pool:
                pool.shutdown(wait=False)
                self._pool = self._started()
            raise


_here: list[DepartmentSeal] = []


def _open(folder: Path, options: SealOptions, fonts: Path) -> None:
    os.environ["FONTCONFIG_FILE"] = str(fonts)
    _here[:] = [DepartmentSeal.load(folder, options)]


def _seal(pdf: bytes, reference: str, block: tuple[str, ...]) -> bytes:
    return _here[0].seal(pdf, reference, block)


def _dossier(content: dict[str, Any]) -> bytes:
    return _here[0].dossier(content)


def _signed(content: dict[str, Any]) -> bytes:
    return _here[0].evidence(content)[0]

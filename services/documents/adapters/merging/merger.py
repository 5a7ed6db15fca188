"""Has PDFs merged by a process of its own, one at a time, within a limit of memory and of time."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterable, Sequence
from pathlib import Path

from services.documents.adapters.merging.child import LENGTH
from services.documents.application.ports import CannotMerge

# Thousands of letters, on a machine that does other things too.
SECONDS = 240.0
_MIB = 1024 * 1024
_ROOT = Path(__file__).resolve().parents[4]


class MergeProcess:
    """Implements `Merger`. PDFs pass by pipes: none stands on a disk in clear, one at a time is here."""

    def __init__(self, memory_mib: int, seconds: float = SECONDS) -> None:
        self._memory = memory_mib * _MIB
        self._seconds = seconds
        self._alone = asyncio.Lock()

    async def merge(
        self,
        sources: AsyncIterable[bytes],
        outline: Sequence[tuple[str, int]] = (),
        *,
        name: str = "",
        even: bool = False,
    ) -> bytes:
        """One PDF, tagged as they are. Raises CannotMerge, and what reading the sources raises."""
        asked = json.dumps({"outline": list(outline), "name": name, "even": even}).encode()
        async with self._alone:
            child = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "services.documents.adapters.merging.child",
                str(self._memory),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
                env={"PATH": os.defpath, "PYTHONPATH": str(_ROOT)},
            )
            try:
                async with asyncio.timeout(self._seconds):
                    _, merged = await asyncio.gather(_give(child, asked, sources), _take(child))
                    ended = await child.wait()
            except TimeoutError:
                raise CannotMerge("timeout") from None
            finally:
                if child.returncode is None:
                    child.kill()
                    await child.wait()
        if ended != 0:
            raise CannotMerge("refused")
        return merged


async def _give(child: asyncio.subprocess.Process, asked: bytes, sources: AsyncIterable[bytes]) -> None:
    assert child.stdin is not None  # noqa: S101 - a pipe was asked for
    try:
        await _write(child.stdin, asked)
        async for source in sources:
            await _write(child.stdin, source)
        child.stdin.close()
    except (BrokenPipeError, ConnectionResetError):
        return  # It ended; its code says so.


async def _write(pipe: asyncio.StreamWriter, frame: bytes) -> None:
    pipe.write(len(frame).to_bytes(LENGTH, "big"))
    pipe.write(frame)
    await pipe.drain()


async def _take(child: asyncio.subprocess.Process) -> bytes:
    assert child.stdout is not None  # noqa: S101 - a pipe was asked for
    return await child.stdout.read()

"""Receives files within bounds: so many at a time, so large, so long; on an unlinked file, not in memory.

Each is then examined by a process of its own, without our environment, that is killed when it lasts.
"""

import asyncio
import hashlib
import json
import os
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import IO

from services.contracts.adapters.files.examine import SERIAL
from services.contracts.application.commands import metrics
from services.contracts.application.ports.files import Received
from services.contracts.domain.files.content import Examined
from services.contracts.domain.files.rules import FileRefused, FileTooLarge, UploadsBusy, UploadTooSlow, refusal

MIB = 1024 * 1024
# Scanners send a sheet in a second or two; a weak line of a partner body takes a minute for 10 MiB.
SECONDS_TO_COME = 120.0
AT_A_TIME, EXAMINED_AT_A_TIME = 16, 2
# An image of the most points, turned, takes 6 s and 650 MB. The clock waits longer than the processor: it has others.
EXAMINE_CPU_SECONDS, EXAMINE_SECONDS, EXAMINE_MEMORY = 20, 60.0, 1024 * MIB
_WRITTEN_AT_A_TIME = 256 * 1024
_ROOT = Path(__file__).resolve().parents[4]


class Reception:
    """Receives and examines. One for the whole process: its bounds are those of the process."""

    def __init__(
        self, max_mib: int, seconds: float = SECONDS_TO_COME, examine_seconds: float = EXAMINE_SECONDS
    ) -> None:
        self._max_mib = max_mib
        self._most_bytes = max_mib * MIB
        self._seconds = seconds
        self._examine_seconds = examine_seconds
        self._coming = 0
        self._hands = asyncio.Semaphore(EXAMINED_AT_A_TIME)

    @asynccontextmanager
    async def receiving(self, chunks: AsyncIterator[bytes], announced: int | None) -> AsyncIterator[Received]:
        """What comes, once it has all come. Raises UploadsBusy, FileTooLarge, UploadTooSlow."""
        if self._coming >= AT_A_TIME:
            raise UploadsBusy("Trop de fichiers sont envoyés en même temps : réessayez dans un instant.")
        self._coming += 1
        try:
            with tempfile.TemporaryFile() as file, _counted():
                if (announced or 0) > self._most_bytes:
                    raise self._too_large()
                yield Received(file, await self._receive(chunks, file))
        finally:
            self._coming -= 1

    @asynccontextmanager
    async def examining(self, received: Received, *, serial: bool = False) -> AsyncIterator[Examined]:
        """What is kept of it, for as long as it is in hand: few are at a time. Raises FileRefused."""
        async with self._hands:
            yield await self._examine(received.file, (SERIAL,) if serial else ())

    async def _receive(self, chunks: AsyncIterator[bytes], file: IO[bytes]) -> str:
        digest, size, waiting = hashlib.sha256(), 0, bytearray()
        try:
            async with asyncio.timeout(self._seconds):
                async for chunk in chunks:
                    size += len(chunk)
                    if size > self._most_bytes:
                        raise self._too_large()
                    digest.update(chunk)
                    waiting += chunk
                    if len(waiting) >= _WRITTEN_AT_A_TIME:
                        await asyncio.to_thread(file.write, bytes(waiting))
                        waiting.clear()
                await asyncio.to_thread(_written, file, bytes(waiting))
        except TimeoutError:
            raise UploadTooSlow(
                "L'envoi du fichier a duré trop longtemps : réessayez avec un fichier moins lourd."
            ) from None
        except OSError:
            raise UploadsBusy("Le service n'a plus de place pour recevoir un fichier : réessayez plus tard.") from None
        return digest.hexdigest()

    def _too_large(self) -> FileTooLarge:
        return FileTooLarge(
            f"Le fichier dépasse {self._max_mib} Mio : numérisez à 300 points par pouce au plus, en niveaux de gris, "
            "ou en plusieurs fichiers."
        )

    async def _examine(self, file: IO[bytes], wanted: Sequence[str]) -> Examined:
        with tempfile.TemporaryFile() as result:
            child = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "services.contracts.adapters.files.examine",
                str(EXAMINE_MEMORY),
                str(EXAMINE_CPU_SECONDS),
                *wanted,
                stdin=file,
                stdout=result,
                stderr=asyncio.subprocess.DEVNULL,
                # Nothing of ours: neither the database's address nor its password.
                env={"PATH": os.defpath, "PYTHONPATH": str(_ROOT)},
            )
            try:
                async with asyncio.timeout(self._examine_seconds):
                    ended = await child.wait()
            except TimeoutError:
                ended = -1
            finally:
                if child.returncode is None:
                    child.kill()
                    await child.wait()
            if ended != 0:
                raise refusal("file-too-complex")
            return await asyncio.to_thread(_read, result)


@contextmanager
def _counted() -> Iterator[None]:
    try:
        yield
    except (FileRefused, FileTooLarge) as refused:
        metrics.FILES_REFUSED.labels(refused.code).inc()
        raise


def _written(file: IO[bytes], rest: bytes) -> None:
    file.write(rest)
    file.flush()
    os.lseek(file.fileno(), 0, os.SEEK_SET)


def _read(result: IO[bytes]) -> Examined:
    result.seek(0)
    told = json.loads(result.readline())
    if "refused" in told:
        raise refusal(told["refused"])
    return Examined(told["content_type"], result.read(), told["serial"])

"""`CER_BENCH_PRINTED` letters (2,000) into one tagged PDF, as a print batch does: peaks of memory, and time.

In a process of its own, whose children are merging processes only. The floor of memory is the limit that a merging
process has: what is over it fails. The service's own peak is told beside it, its libraries included.
"""

import asyncio
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path

from bench.render import FONTS
from bench.rows import Row
from services.documents.adapters.merging.merger import MergeProcess
from services.documents.adapters.rendering.html import Look
from services.documents.adapters.rendering.pool import RenderPool
from services.documents.application.commands.sources import each
from services.documents.domain.printing import PART
from services.documents.settings import Settings
from tests.builders import documents as build

PRINTED = int(os.environ.get("CER_BENCH_PRINTED", "2000"))
LIMIT_MIB: int = Settings.model_fields["print_memory_mib"].default


def measure() -> list[Row]:
    """Letters a second, and the peaks of the merging process and of the service in MiB."""
    with tempfile.TemporaryDirectory(prefix="cer-bench-") as folder:
        (Path(folder) / "letter.pdf").write_bytes(asyncio.run(_letter()))
        merging = [sys.executable, "-m", "bench.merging", folder]
        done = subprocess.run(merging, capture_output=True, text=True, check=True)
    rate, merger, service = json.loads(done.stdout)
    return [
        Row("letters merged, all steps", "letters/s", rate, 1.0, ""),
        Row(f"memory of merging {PRINTED} letters", "MiB", merger, float(LIMIT_MIB), "<= 1"),
        Row(f"memory of the service meanwhile, {PRINTED}", "MiB", service, float(LIMIT_MIB), "<= 1"),
    ]


async def _letter() -> bytes:
    letter = build.letter()
    pool = RenderPool(Look(), FONTS, size=1)
    await pool.start()
    try:
        return (await pool.render(letter.kind.value, letter.model_dump())).content
    finally:
        await pool.close()


async def _merge(folder: Path) -> tuple[float, float, float]:
    """Parts are stored and read again one by one, as the service does."""
    letter = (folder / "letter.pdf").read_bytes()
    merger = MergeProcess(LIMIT_MIB, seconds=3600.0)
    started = time.perf_counter()
    paths = [folder / f"{done}.pdf" for done in range(0, PRINTED, PART)]
    for place, path in enumerate(paths):
        letters = [letter] * min(PART, PRINTED - place * PART)
        path.write_bytes(await merger.merge(each(letters), name=f"p{place}"))

    async def parts() -> AsyncIterator[bytes]:
        for path in paths:
            yield path.read_bytes()

    await merger.merge(parts(), [(f"Lettre {number}", number) for number in range(PRINTED)])
    rate = PRINTED / (time.perf_counter() - started)
    return round(rate, 1), _peak(resource.RUSAGE_CHILDREN), _peak(resource.RUSAGE_SELF)


def _peak(whose: int) -> float:
    return round(resource.getrusage(whose).ru_maxrss / 1024, 1)


if __name__ == "__main__":
    print(json.dumps(asyncio.run(_merge(Path(sys.argv[1])))))

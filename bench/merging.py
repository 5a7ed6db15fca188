"""`CER_BENCH_PRINTED` letters (2,000) into one tagged PDF, as a print batch does: its peak of memory and its time.

The floor of memory is the limit that the process has: what is over it fails.
"""

import asyncio
import os
import resource
import time
from collections.abc import AsyncIterator, Sequence

from bench.render import FONTS
from bench.rows import Row
from services.documents.adapters.merging.merger import MergeProcess
from services.documents.adapters.rendering.html import Look
from services.documents.adapters.rendering.pool import RenderPool
from services.documents.domain.edition import EditionKind
from services.documents.domain.printing import PART
from services.documents.settings import Settings
from tests.builders import documents as build

PRINTED = int(os.environ.get("CER_BENCH_PRINTED", "2000"))
LIMIT_MIB: int = Settings.model_fields["print_memory_mib"].default


def measure() -> list[Row]:
    """Letters a second, and the peak of the merging process in MiB."""
    return asyncio.run(_measure())


async def _measure() -> list[Row]:
    pool = RenderPool(Look(), FONTS, size=1)
    await pool.start()
    sheet = build.sheet(situation="Recherche un emploi.", evaluation="Partagée.", objectives=())
    letter = (await pool.render(EditionKind.CER_SANS_DECISION.value, sheet.model_dump())).content
    await pool.close()
    merger = MergeProcess(LIMIT_MIB, seconds=3600.0)
    started = time.perf_counter()
    parts = [
        await merger.merge(_each([letter] * min(PART, PRINTED - done)), name=f"p{done}")
        for done in range(0, PRINTED, PART)
    ]
    await merger.merge(_each(parts), [(f"Lettre {number}", number) for number in range(PRINTED)])
    rate = PRINTED / (time.perf_counter() - started)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return [
        Row("letters merged, all steps", "letters/s", round(rate, 1), 1.0, ""),
        Row(f"peak memory, {PRINTED} letters", "MiB", round(peak, 1), float(LIMIT_MIB), "<= 1"),
    ]


async def _each(contents: Sequence[bytes]) -> AsyncIterator[bytes]:
    for content in contents:
        yield content


if __name__ == "__main__":
    for row in measure():
        print(row)

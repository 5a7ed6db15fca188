"""An agent's render while a batch of letters is made: how much longer it takes than on an idle pool.

`CER_BENCH_LETTERS` letters (1,000) pass through the pool as the workers give them, by as many lanes as processes; all
along, one interactive render after another asks for its turn. The floor is the same render with nobody else there.
"""

import asyncio
import os
import time
from typing import Any

from bench.render import FONTS, KIND
from bench.rows import Row
from services.documents.adapters.rendering.html import Look
from services.documents.adapters.rendering.pool import RenderPool
from services.documents.domain.edition import EditionKind
from tests.builders import documents as build

LETTERS = int(os.environ.get("CER_BENCH_LETTERS", "1000"))
IDLE = 40
LETTER = EditionKind.NOTIFICATION_DECISION.value


def measure() -> list[Row]:
    """The 95th percentile of an interactive render beside the batch, over the idle one's."""
    return [asyncio.run(_measure())]


async def _measure() -> Row:
    lanes = os.cpu_count() or 1
    pool = RenderPool(Look(), FONTS, size=lanes)
    await pool.start()
    try:
        sheet = build.sheet(KIND).model_dump()
        letter = build.letter().model_dump()
        for _ in range(lanes):
            await pool.render(LETTER, letter)
        idle = [await _timed(pool, sheet) for _ in range(IDLE)]
        beside: list[float] = []
        left = iter(range(LETTERS))
        letters = asyncio.gather(*(_lane(pool, letter, left) for _ in range(lanes)))
        while not letters.done():
            beside.append(await _timed(pool, sheet))
        await letters
    finally:
        await pool.close()
    return Row("interactive render beside letters, p95", "ms", _p95(beside), _p95(idle), "<= 2.5")


async def _lane(pool: RenderPool, letter: Any, left: Any) -> None:
    for _ in left:
        await pool.render(LETTER, letter, batch=True)


async def _timed(pool: RenderPool, sheet: Any) -> float:
    started = time.perf_counter()
    await pool.render(KIND.value, sheet)
    return (time.perf_counter() - started) * 1000


def _p95(times: list[float]) -> float:
    return sorted(times)[int(len(times) * 0.95) - 1] if len(times) > 1 else times[0]


if __name__ == "__main__":
    for row in measure():
        print(row, f"ratio {row.ratio:.2f}")

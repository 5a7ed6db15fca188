"""The workers and their processes under load, while processes are killed."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from datetime import date

import pytest

from services.documents.adapters.rendering.html import Look
from services.documents.adapters.rendering.pool import RenderPool
from services.documents.main import rendering_workers
from services.documents.settings import Settings
from shared.events.documents import EditionFailed, EditionRendered
from shared.events.sealed import seal
from shared.kernel.ids import new_id
from tests.builders import documents as build
from tests.integration.documents.conftest import FONTS, Documents

pytestmark = pytest.mark.integration


@pytest.fixture
async def two(documents: Documents) -> AsyncIterator[RenderPool]:
    """Two processes, and the workers that feed them, running."""
    pool = RenderPool(Look(), FONTS, size=2)
    await pool.start()
    settings = Settings(
        database_url="-", kafka="-", oidc_issuer="-", keys_dir=documents.folder, render_processes=2,
        departement=build.LETTERHEAD.departement,
    )  # fmt: skip
    workers = rendering_workers(settings, documents.database, documents.app.state.keys, pool, documents.files)
    running = [asyncio.create_task(worker.run()) for worker in workers]
    yield pool
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)
    await pool.close()


async def until_told(documents: Documents, events: int) -> None:
    while len(await documents.told()) < events:
        await asyncio.sleep(0.05)


async def test_processes_killed_under_load_lose_no_edition(documents: Documents, two: RenderPool) -> None:
    cers = [new_id() for _ in range(8)]
    poison = new_id()
    for place, cer_id in enumerate(cers):
        make = build.ready_to_sign if place % 2 else build.validated
        await documents.hear(make(cer_id=cer_id))
    # Nobody has texts of that day: this one fails whatever is tried.
    await documents.hear(
        build.ready_to_sign(cer_id=poison, content=seal(build.content(date_signature=date(2001, 1, 1))))
    )
    await until_told(documents, 2)
    killed = two.pids
    for pid in killed:
        os.kill(pid, signal.SIGKILL)

    # Each decision has its letter too.
    await until_told(documents, 13)

    told = await documents.told()
    made = {event.cer_id for event in told if isinstance(event, EditionRendered)}
    failed = {event.cer_id for event in told if isinstance(event, EditionFailed)}
    assert (made, failed) == (set(cers), {poison})
    assert len(told) == 13
    assert not two.pids & killed

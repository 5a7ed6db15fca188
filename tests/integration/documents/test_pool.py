"""The render pool: same bytes everywhere, and no document takes it down."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from weasyprint import HTML
from weasyprint.urls import FatalURLFetchingError

from services.documents.adapters.rendering.html import Look
from services.documents.adapters.rendering.pool import RenderPool
from services.documents.application.ports import RenderedPdf
from services.documents.domain.edition import EditionKind, RenderCrashed, RenderRefused, RenderTimeout
from shared.pdf.assets import ClosedFetcher
from shared.pdf.fonts import FontsMissing
from tests.builders import documents as build
from tests.integration.documents.conftest import FONTS
from tests.tools.pdf import text_of

pytestmark = pytest.mark.integration

KIND = EditionKind.CER_SANS_DECISION.value


async def render(pool: RenderPool, **changes: Any) -> RenderedPdf:
    return await pool.render(KIND, build.sheet(**changes).model_dump())


@pytest.fixture
async def own_pool() -> AsyncIterator[RenderPool]:
    """A pool of one process that the test may spoil, whose process is replaced after two renders."""
    made = RenderPool(Look(), FONTS, size=1, recycle_after=2)
    await made.start()
    yield made
    await made.close()


async def test_a_sheet_becomes_pages(pool: RenderPool) -> None:
    pdf = await render(pool)
    assert pdf.pages == len(pypdfium2.PdfDocument(pdf.content)) == 2
    text = text_of(pdf.content)
    assert "CONTRAT D'ENGAGEMENT" in text
    assert "page 1 / 2" in text
    assert "page 2 / 2" in text
    assert f"empreinte {pdf.fingerprint[:4]} {pdf.fingerprint[4:8]}" in text


async def test_the_same_sheet_gives_the_same_bytes_in_another_process(pool: RenderPool, own_pool: RenderPool) -> None:
    ours, other, again = await render(pool), await render(own_pool), await render(pool)
    assert ours == other == again


async def test_a_document_that_cannot_be_set_fails_alone(pool: RenderPool) -> None:
    pids = pool.pids
    with pytest.raises(RenderRefused, match="UndefinedError"):
        await pool.render(KIND, {"subject": "incomplete"})
    assert (await render(pool)).pages == 2
    assert pool.pids == pids


async def test_a_process_that_dies_is_replaced(own_pool: RenderPool) -> None:
    (pid,) = own_pool.pids
    os.kill(pid, signal.SIGKILL)
    with pytest.raises(RenderCrashed) as crash:
        await render(own_pool)
    assert crash.value.code == "render-failed"
    assert (await render(own_pool)).pages == 2
    assert pid not in own_pool.pids


async def test_a_process_is_replaced_after_its_renders(own_pool: RenderPool) -> None:
    first = own_pool.pids
    await render(own_pool)
    assert own_pool.pids == first
    await render(own_pool)
    second = own_pool.pids
    assert not second & first
    assert (await render(own_pool)).pages == 2


async def test_a_render_that_is_too_long_is_ended_and_its_process_replaced() -> None:
    impatient = RenderPool(Look(), FONTS, size=1, limit_seconds=0.0)
    await impatient.start()
    try:
        first = impatient.pids
        with pytest.raises(RenderTimeout) as late:
            await render(impatient)
        assert late.value.code == "render-timeout"
        assert not impatient.pids & first
    finally:
        await impatient.close()


async def test_a_document_that_wants_too_much_memory_fails_alone() -> None:
    small = RenderPool(Look(), FONTS, size=1, memory_mib=400)
    await small.start()
    try:
        with pytest.raises(RenderRefused):
            await render(small, situation="mot " * 40_000_000)
        assert (await render(small)).pages == 2
    finally:
        await small.close()


async def test_closing_ends_every_process_and_what_they_were_doing() -> None:
    made = RenderPool(Look(), FONTS, size=1)
    await made.start()
    (pid,) = made.pids
    under_way = asyncio.ensure_future(render(made, situation="mot " * 5_000))
    await asyncio.sleep(0)
    await made.close()
    with pytest.raises((RenderRefused, asyncio.CancelledError)):
        await under_way
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


async def test_without_its_fonts_it_does_not_start(tmp_path: Path) -> None:
    with pytest.raises(FontsMissing, match="fonts-noto-core"):
        await RenderPool(Look(), [tmp_path], size=1).start()


OUTSIDE = (
    '<img src="http://127.0.0.1:1/x" alt="x">',
    '<img src="file:///etc/hostname" alt="x">',
    '<img src="data:image/png;base64,AAAA" alt="x">',
    '<img src="asset:other" alt="x">',
    '<style>@import "file:///etc/hostname";</style>',
    "<style>p { background: url(http://127.0.0.1:1/x) }</style>",
    '<link rel="attachment" href="file:///etc/hostname">',
)


@pytest.mark.parametrize("asked", OUTSIDE)
def test_a_page_that_asks_for_something_outside_is_not_set(asked: str) -> None:
    page = HTML(string=f"<html lang='fr'>{asked}<p>texte</p>", url_fetcher=ClosedFetcher({"asset:logo": b"logo"}))
    with pytest.raises(FatalURLFetchingError):
        page.write_pdf()


def test_the_logo_is_given() -> None:
    assert ClosedFetcher({"asset:logo": b"logo"}).fetch("asset:logo").read() == b"logo"

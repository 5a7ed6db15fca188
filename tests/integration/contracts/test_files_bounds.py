"""Uploads within bounds: so large, so many, so long; what a hostile file costs is paid by a process of its own."""

import asyncio
import tracemalloc
from collections.abc import AsyncIterator

import pytest
from prometheus_client import REGISTRY
from starlette.requests import Request

from services.contracts.adapters.files.reception import AT_A_TIME, Reception
from services.contracts.domain.files.content import Examined
from services.contracts.domain.files.rules import FileRefused, FileTooComplex, FileTooLarge, UploadCut, UploadTooSlow
from services.contracts.entrypoints.http.files.router import _chunks
from tests.builders import files as a
from tests.integration.contracts.conftest import Contracts
from tests.integration.contracts.filing import Filing

pytestmark = pytest.mark.integration

MIB = 1024 * 1024
LIMIT = 10 * MIB


@pytest.fixture
def filing(contracts: Contracts) -> Filing:
    return Filing(contracts)


async def pieces(data: bytes) -> AsyncIterator[bytes]:
    """Without its length said before, as a scanner's gateway may send it."""
    for start in range(0, len(data), 64 * 1024):
        yield data[start : start + 64 * 1024]


async def received(reception: Reception, chunks: AsyncIterator[bytes], announced: int | None = None) -> Examined:
    async with reception.receiving(chunks, announced) as file, reception.examining(file) as examined:
        return examined


async def test_a_file_of_exactly_the_limit_is_kept_whole(contracts: Contracts, filing: Filing) -> None:
    data = a.padded_pdf(LIMIT)
    assert len(data) == LIMIT

    file = await filing.available(await contracts.accompanied(), data)

    assert file["size"] == LIMIT
    assert (await filing.open(file)).content == data


async def test_one_byte_more_is_refused_said_before_or_not(contracts: Contracts, filing: Filing) -> None:
    dossier = await contracts.accompanied()
    data = a.padded_pdf(LIMIT) + b"\n"

    for answer in (await filing.upload(dossier, data), await filing.upload(dossier, pieces(data))):
        assert (answer.status_code, answer.json()["type"]) == (413, "urn:cer:problem:file-too-large")
    assert await filing.stored() == []
    assert await contracts.scalar("SELECT count(*) FROM attachment") == 0


async def test_an_endless_file_is_refused_while_it_still_comes(contracts: Contracts, filing: Filing) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while sent < 100 * LIMIT:
            sent += MIB
            yield bytes(MIB)

    answer = await filing.upload(await contracts.accompanied(), endless())

    assert answer.status_code == 413
    assert sent <= LIMIT + 2 * MIB


async def test_what_is_no_scan_is_refused_by_name_and_leaves_nothing(contracts: Contracts, filing: Filing) -> None:
    dossier = await contracts.accompanied()
    before = _refused("pdf-active")

    for data, code in ((b"", "file-empty"), (a.archive(), "file-wrong-type"), (a.pdf_with_file(), "pdf-active")):
        answer = await filing.upload(dossier, data)
        assert answer.json()["type"] == f"urn:cer:problem:{code}"
        assert answer.headers["content-type"] == "application/problem+json"
    assert _refused("pdf-active") == before + 1
    assert await filing.stored() == []
    assert await contracts.scalar("SELECT count(*) FROM idempotency_key WHERE key LIKE 'file-%'") == 0


async def test_many_files_at_once_are_not_all_in_memory(contracts: Contracts, filing: Filing) -> None:
    dossier = await contracts.accompanied()
    data = a.padded_pdf(LIMIT)
    tracemalloc.start()
    try:
        answers = await asyncio.gather(*(filing.upload(dossier, pieces(data)) for _ in range(8)))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert [answer.status_code for answer in answers] == [201] * 8
    # Two are in hand at a time, each once as examined and once as handed to the store: 8 would be more than 80 MiB.
    assert peak < 60 * MIB


async def test_as_many_come_at_a_time_and_the_next_is_told_to_wait(contracts: Contracts, filing: Filing) -> None:
    dossier = await contracts.accompanied()
    go = asyncio.Event()
    coming = asyncio.Semaphore(0)

    async def slow() -> AsyncIterator[bytes]:
        coming.release()
        await go.wait()
        yield a.png()

    others = [asyncio.create_task(filing.upload(dossier, slow())) for _ in range(AT_A_TIME)]
    for _ in others:
        await coming.acquire()
    refused = await filing.upload(dossier, a.png())
    go.set()

    assert (refused.status_code, refused.json()["type"]) == (503, "urn:cer:problem:files-busy")
    assert {answer.status_code for answer in await asyncio.gather(*others)} == {201}
    assert (await filing.upload(dossier, a.png())).status_code == 201


async def test_a_file_that_never_ends_coming_is_given_up() -> None:
    async def stalled() -> AsyncIterator[bytes]:
        yield b"%PDF-"
        await asyncio.Event().wait()

    with pytest.raises(UploadTooSlow):
        await received(Reception(1, seconds=0.05), stalled())


async def test_a_length_that_is_too_large_is_refused_before_anything_comes() -> None:
    async def nothing() -> AsyncIterator[bytes]:
        raise AssertionError
        yield b""

    with pytest.raises(FileTooLarge):
        await received(Reception(1), nothing(), MIB + 1)


async def test_a_sender_who_leaves_is_no_error_of_ours() -> None:
    async def receive() -> dict[str, str]:
        return {"type": "http.disconnect"}

    with pytest.raises(UploadCut):
        [chunk async for chunk in _chunks(Request({"type": "http", "method": "POST"}, receive))]


async def test_an_examination_that_lasts_is_killed() -> None:
    with pytest.raises(FileTooComplex):
        await received(Reception(1, examine_seconds=0.01), pieces(a.pdf()))


async def test_a_file_that_swells_without_end_costs_its_own_process_only() -> None:
    with pytest.raises(FileRefused):
        await received(Reception(10), pieces(a.swelling_pdf()))


async def test_the_process_that_examines_gives_what_is_kept() -> None:
    assert (await received(Reception(1), pieces(a.jpeg()))).content_type == "image/jpeg"


def _refused(code: str) -> float:
    return REGISTRY.get_sample_value("cer_files_refused_total", {"code": code}) or 0.0

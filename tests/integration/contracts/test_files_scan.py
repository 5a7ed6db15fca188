"""The virus scan: nothing is opened before it, nothing infected stays, and a scanner that is away loses nothing."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import REGISTRY

from services.contracts.adapters.files.clamav import ClamAv
from services.contracts.application.ports.files import ScanAway, Verdict
from services.contracts.domain.files.model import Kind
from tests.builders import files as a
from tests.fixtures.clamd import KINDS, Clamd, debian_clamd, our_clamd
from tests.integration.contracts.conftest import Contracts
from tests.integration.contracts.filing import Filing

pytestmark = pytest.mark.integration

MIB = 1024 * 1024


@pytest.fixture(params=KINDS)
async def address(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """A clamd that scans, over a Unix socket."""
    if request.param == "debian":
        async with debian_clamd(tmp_path) as found:
            yield found
    else:
        async with our_clamd(tmp_path / "clamd.sock") as (_, found):
            yield found


@pytest.fixture
async def clamd() -> AsyncIterator[tuple[Clamd, ClamAv]]:
    """A clamd of ours over TCP, and its client, which waits a second."""
    async with our_clamd() as (server, found):
        yield server, ClamAv(found, seconds=1)


def scans(result: str) -> float:
    return REGISTRY.get_sample_value("cer_files_scanned_total", {"result": result}) or 0.0


async def test_clamd_tells_what_is_infected(address: str) -> None:
    scanner = ClamAv(address)

    assert await scanner.scan(a.pdf()) is Verdict.CLEAN
    assert await scanner.scan(bytes(10 * MIB)) is Verdict.CLEAN
    assert await scanner.scan(a.EICAR) is Verdict.INFECTED
    assert await scanner.scan(a.pdf() + bytes(5 * MIB) + a.EICAR) is Verdict.INFECTED


async def test_what_clamd_does_not_take_is_not_clean(address: str) -> None:
    with pytest.raises(ScanAway, match="scanner"):
        await ClamAv(address).scan(bytes(40 * MIB))


@pytest.mark.parametrize(
    ("behaviour", "code"),
    [
        ({"answer": b"UNKNOWN COMMAND\0"}, "scanner-error"),
        ({"answer": b"stream: Can't allocate memory ERROR\0"}, "scanner-error"),
        ({"answer": b"INSTREAM size limit exceeded. ERROR\0"}, "scanner-size-limit"),
        ({"answer": b"stream: Heuristics.Limits.Exceeded.MaxFileSize FOUND\0"}, "scanner-limits"),
        ({"answer": b""}, "scanner-error"),
        ({"answer": b"\xff\xfe OK\0"}, "scanner-error"),
        ({"silent": True}, "scanner-silent"),
        ({"hangs_up": True}, "scanner-error"),
    ],
)
async def test_an_answer_that_is_no_verdict_is_none(
    clamd: tuple[Clamd, ClamAv], behaviour: dict[str, Any], code: str
) -> None:
    server, scanner = clamd
    vars(server).update(behaviour)

    with pytest.raises(ScanAway) as away:
        await scanner.scan(bytes(3 * MIB))

    assert away.value.code == code
    assert server.asked == [b"zINSTREAM\0"]


async def test_nobody_there_is_said_at_once() -> None:
    for address in ("127.0.0.1:9", "/nowhere/clamd.sock"):
        with pytest.raises(ScanAway, match="scanner-away"):
            await ClamAv(address).scan(b"x")


async def test_an_infected_file_is_refused_and_destroyed_and_says_so(
    contracts: Contracts, clamd: tuple[Clamd, ClamAv]
) -> None:
    server, scanner = clamd
    filing = Filing(contracts, scanner)
    server.answer = b"stream: Eicar-Test FOUND\0"
    before = scans("infectee")

    file = await filing.available(await contracts.accompanied(), kind=Kind.DEMANDE_DIAGNOSTIC, diagnostic="formation")
    await filing.destroy()

    assert (file["state"], file["state_label"], file["code"]) == ("refuse", "refusée", "infectee")
    assert await filing.stored() == []
    assert scans("infectee") == before + 1
    refused = await filing.open(file)
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:cer:problem:file-not-available")
    assert (await filing.remove(file)).status_code == 204


async def test_a_file_waits_for_a_scanner_that_is_away_and_says_why(contracts: Contracts) -> None:
    filing = Filing(contracts, ClamAv("127.0.0.1:9"))
    dossier = await contracts.accompanied()
    file = await filing.available(dossier)
    assert (file["state"], file["code"]) == ("en_analyse", "scanner-away")
    for _ in range(7):
        await filing.scan()
    assert (await filing.read(file))["version"] == file["version"]
    assert (await filing.open(file)).status_code == 409
    assert await contracts.scalar("SELECT status FROM work WHERE kind = 'scan-file'") == "ready"
    assert await contracts.scalar(
        "SELECT available_at < now() + interval '6 minutes' FROM work WHERE kind = 'scan-file'"
    )

    filing.scanner = None
    await filing.scan()

    assert (await filing.read(file))["state"] == "disponible"
    assert (await filing.read(file))["code"] is None


async def test_a_file_that_was_deleted_during_its_scan_stays_deleted(contracts: Contracts) -> None:
    filing = Filing(contracts)
    file = await filing.added(await contracts.accompanied())
    assert (await filing.remove(file)).status_code == 204

    await filing.scan()

    assert (await filing.read(file))["state"] == "supprime"


async def test_a_file_whose_bytes_are_not_what_was_stored_is_refused(contracts: Contracts, tmp_path: Path) -> None:
    filing = Filing(contracts)
    dossier = await contracts.accompanied()
    altered, lost = await filing.added(dossier), await filing.added(dossier)
    folder = tmp_path / "objects" / "contracts" / "files" / dossier["id"]
    (folder / altered["id"]).write_bytes(a.EICAR)
    (folder / lost["id"]).unlink()

    await filing.scan()

    for file in (altered, lost):
        found = await filing.read(file)
        assert (found["state"], found["code"]) == ("refuse", "illisible")


async def test_health_says_that_nothing_scans(contracts: Contracts) -> None:
    answer = await contracts.client.get("/ready")

    assert answer.json()["virus_scan"] == "none"

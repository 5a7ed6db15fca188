"""An import that is killed goes on after the last line that it committed: the end is that of one left alone."""

import asyncio
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

import pytest

from shared.events.contracts import DossierRegistered
from tests.builders.imports import JEANNE, csv_file
from tests.integration.contracts.conftest import Contracts

pytestmark = pytest.mark.integration

LINES = 1_500


def table() -> str:
    rows = [("CAF", "071", f"{n:07}", *JEANNE[3:7], f"63998{n:04}", f"p{n}@example.org") for n in range(1, LINES + 1)]
    rows[1_200] = (*rows[1_200][:6], "31/02/1971", *rows[1_200][7:])
    rows[100] = (*rows[100][:8], "illisible")
    return csv_file(*rows)


async def start(file: Path, report: Path) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "cer.py", "contracts", "import", "beneficiaries", str(file),
        "--mapping", "tableur-simple", "--report", str(report),
        env=dict(os.environ), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip


async def test_a_killed_import_goes_on_where_it_was_and_doubles_nothing(
    contracts: Contracts, command_settings: Path
) -> None:
    file, report = command_settings / "gens.csv", command_settings / "report.json"
    await asyncio.to_thread(file.write_text, table())

    first = await start(file, report)
    while not await contracts.scalar("SELECT count(*) FROM import_run WHERE position > 0"):
        assert first.returncode is None
        await asyncio.sleep(0.01)
    first.send_signal(signal.SIGKILL)
    await first.wait()
    cut = await contracts.scalar("SELECT count(*) FROM dossier")
    second = await start(file, report)
    _, said = await second.communicate()

    assert 0 < cut < LINES - 2
    assert second.returncode == 2, said
    assert "Reprise après la ligne".encode() in said
    done: dict[str, Any] = json.loads(await asyncio.to_thread(report.read_text))
    assert (done["lines"], done["created"], done["refused_lines"]) == (LINES, LINES - 2, 2)
    assert sorted(one["line"] for one in done["refused"]) == [102, 1_202]
    assert await contracts.scalar("SELECT count(*) FROM dossier") == LINES - 2
    told = await contracts.told(DossierRegistered)
    assert len({one.dossier_id for one in told}) == len(told) == LINES - 2


async def test_a_finished_import_that_is_started_again_goes_through_the_whole_file(
    contracts: Contracts, command_settings: Path
) -> None:
    file, report = command_settings / "gens.csv", command_settings / "report.json"
    await asyncio.to_thread(file.write_text, csv_file(JEANNE))
    for expected in ((1, 0), (0, 1)):
        process = await start(file, report)
        await process.communicate()
        done = json.loads(await asyncio.to_thread(report.read_text))
        assert (done["created"], done["unchanged"]) == expected

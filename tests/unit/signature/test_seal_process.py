"""The seal in its own process: it seals, dies, and is there again."""

import asyncio
import os
import signal
from concurrent.futures.process import BrokenProcessPool
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.signature.adapters.department_seal import load_trust
from services.signature.adapters.seal_options import SealOptions
from services.signature.adapters.seal_process import SealProcess
from services.signature.adapters.verifying import Verdict, verify
from tests.builders.signature import own_seal, pdf


async def test_a_process_that_dies_is_replaced_by_the_next_document() -> None:
    seal = SealProcess(own_seal(), SealOptions())
    try:
        first = await seal.seal(pdf(), "reference", ())
        for pid in list(seal._pool._processes):
            os.kill(pid, signal.SIGKILL)
        with pytest.raises(BrokenProcessPool):
            await seal.seal(pdf(), "lost", ())
        again = await seal.seal(pdf(), "reference", ())
    finally:
        seal.close()

    for sealed in (first, again):
        found = await asyncio.to_thread(verify, sealed, load_trust(own_seal()), datetime.now(UTC))
        assert found.verdict is Verdict.INTACT


def test_a_key_that_is_missing_stops_the_service_at_its_start(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="seal"):
        SealProcess(tmp_path, SealOptions())

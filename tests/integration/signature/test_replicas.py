"""Two replicas on one database: whoever asks which of them, tries are counted once and a right code signs once."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from shared.kernel.clock import FixedClock
from tests.builders.signature import NOW
from tests.integration.signature.conftest import Signature, assembled

pytestmark = pytest.mark.integration

GUESSES = 1000


@pytest.fixture
async def replicas(service_database_url: str, tmp_path: Path) -> AsyncIterator[tuple[Signature, Signature]]:
    """Two apps, their keys and files the same."""
    clock = FixedClock(NOW)
    async with (
        assembled(tmp_path, service_database_url, clock) as first,
        assembled(tmp_path, service_database_url, clock) as second,
    ):
        second.issuer, second.app.state.tokens = first.issuer, first.app.state.tokens
        # What one sealed the other opens, and both send to the same phone.
        second.app.state.means = replace(second.means, keys=first.means.keys, sms=first.phone)
        yield first, second


async def evaluated(signature: Signature) -> int:
    async with signature.means.database.read() as session:
        steps = await session.execute(text("SELECT count(*) FROM step WHERE verb = 'try_code'"))
        return int(steps.scalar_one())


async def race(replicas: tuple[Signature, Signature], codes: list[str]) -> Counter[str]:
    """All of these at once, each at the replica that comes; how they were answered."""

    async def one(number: int, code: str) -> str:
        answer = await replicas[number % 2].post("signature", {"code": code}, key=f"guess-{number}")
        return "signed" if answer.status_code == 200 else str(answer.json()["type"]).removeprefix("urn:cer:problem:")

    return Counter(await asyncio.gather(*(one(number, code) for number, code in enumerate(codes))))


async def test_of_a_thousand_guesses_at_two_replicas_five_are_evaluated(
    replicas: tuple[Signature, Signature],
) -> None:
    first, _ = replicas
    await first.open_and_send()

    answers = await race(replicas, first.phone.other_codes(GUESSES))

    assert answers["wrong-code"] == 4
    assert answers["signed"] == 0
    assert sum(answers.values()) == GUESSES
    assert await evaluated(first) == 5
    assert (await first.view())["state"] == "locked"


async def test_one_right_code_among_wrong_ones_signs_at_most_once(replicas: tuple[Signature, Signature]) -> None:
    first, _ = replicas
    await first.open_and_send()
    codes = [*first.phone.other_codes(3), *[first.phone.code] * 20]
    random.shuffle(codes)

    answers = await race(replicas, codes)

    assert answers["signed"] == 1
    assert await evaluated(first) <= 5
    async with first.means.database.read() as session:
        assert (await session.execute(text("SELECT count(*) FROM work"))).scalar_one() == 1
    assert (await first.view())["state"] == "signed"


async def test_three_signers_at_two_replicas_send_one_sms(replicas: tuple[Signature, Signature]) -> None:
    first, second = replicas
    await first.open()
    await first.mark_read()
    answers = await asyncio.gather(*(one.post("codes") for one in (first, second) * 5))

    assert Counter(answer.status_code for answer in answers) == {200: 1, 429: 9}
    assert len(first.phone.received) == 1

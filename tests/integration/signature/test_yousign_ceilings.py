"""Codes that Yousign sends count as ours do: a link that is given is one, for as long as a code lives."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from shared.kernel.clock import FixedClock
from tests.builders import events
from tests.builders.signature import ATTEMPT_ID, NOW
from tests.fixtures.yousign.server import Yousign
from tests.integration.signature.yousign_drive import AtYousign, at_yousign

pytestmark = pytest.mark.integration

LINK = f"/signatures/{ATTEMPT_ID}/link"
# The ceiling, how many links it lets pass, and how it refuses the next one.
CEILINGS = {
    "sms_territory_a_day": (3, (429, "too-many-codes-territory")),
    "sms_departement_a_day": (2, (429, "too-many-codes-departement")),
    "sms_budget_hour": (2, (503, "sms-budget-spent")),
    "sms_budget_day": (4, (503, "sms-budget-spent")),
}


@pytest.fixture
async def limited(
    request: pytest.FixtureRequest, service_database_url: str, tmp_path: Path, yousign: Yousign
) -> AsyncIterator[AtYousign]:
    """With one low ceiling."""
    given = {request.param: CEILINGS[request.param][0]}
    async with at_yousign(tmp_path, service_database_url, FixedClock(NOW), yousign, **given) as found:
        yield found


async def ask(at: AtYousign, after: timedelta = timedelta(minutes=10)) -> tuple[int, str]:
    """The link, some time after the one before."""
    at.service.clock.instant += after
    answer = await at.service.get(LINK, territory=events.TERRITORY)
    told = answer.json()
    assert ("url" in told) == (answer.status_code == 200)
    return answer.status_code, str(told.get("type", "")).removeprefix("urn:cer:problem:")


async def used(at: AtYousign) -> dict[str, int]:
    async with at.service.means.database.read() as session:
        rows = (await session.execute(text("SELECT scope, used FROM quota"))).all()
        return {row.scope: row.used for row in rows}


async def links_told(at: AtYousign) -> list[Any]:
    async with at.service.means.database.begin() as uow:
        history = await at.service.means.requests_of(uow).history(ATTEMPT_ID)
    return [step.detail["codes"] for step in history if step.verb == "read_link"]


@pytest.mark.parametrize("limited", CEILINGS, indirect=True)
async def test_each_ceiling_holds_for_links_and_a_refusal_takes_nothing(
    limited: AtYousign, request: pytest.FixtureRequest
) -> None:
    await limited.open()
    limited.service.clock.instant = NOW.replace(minute=0)
    most, refusal = CEILINGS[request.node.callspec.params["limited"]]
    assert [await ask(limited) for _ in range(most)] == [(200, "")] * most
    before = await used(limited)

    assert await ask(limited) == refusal

    assert await used(limited) == before
    assert await links_told(limited) == [1] * most


async def test_a_number_has_five_codes_a_day_at_yousign_too(at: AtYousign) -> None:
    await at.open()
    assert [await ask(at) for _ in range(5)] == [(200, "")] * 5

    assert await ask(at) == (429, "too-many-codes-number")


async def test_an_agent_has_sixty_codes_a_day_here_and_there(at: AtYousign) -> None:
    await at.open()
    assert await ask(at) == (200, "")
    async with at.service.means.database.begin() as uow:
        await uow.session.execute(text("UPDATE quota SET used = 60 WHERE scope = 'agent'"))

    assert await ask(at) == (429, "too-many-codes-agent")


async def test_a_link_that_is_given_again_while_its_code_lives_counts_once(at: AtYousign) -> None:
    await at.open()
    pauses = [timedelta(), timedelta(minutes=4), timedelta(minutes=5, seconds=59), timedelta(seconds=1)]

    assert [await ask(at, pause) for pause in pauses] == [(200, "")] * 4

    assert await links_told(at) == [1, 0, 0, 1]
    assert set((await used(at)).values()) == {2}

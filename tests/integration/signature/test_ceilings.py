"""What stops many codes at once: each ceiling at its very edge, the budget's breaker, and what a refusal leaves."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import structlog
from prometheus_client import REGISTRY
from sqlalchemy import text

from services.signature.domain.values import request_id
from shared.kernel.clock import FixedClock
from shared.kernel.ids import derived_id
from tests.builders import events
from tests.builders.signature import NOW
from tests.integration.signature.conftest import Signature, assembled

pytestmark = pytest.mark.integration

LIMITS = {"sms_territory_a_day": 3, "sms_departement_a_day": 4, "sms_budget_hour": 5, "sms_budget_day": 6}
NEVER = 1000


@pytest.fixture
async def service(
    request: pytest.FixtureRequest, service_database_url: str, tmp_path: Path
) -> AsyncIterator[Signature]:
    """With one low ceiling, the others out of reach."""
    limits = dict.fromkeys(LIMITS, NEVER) | {request.param: LIMITS[request.param]}
    async with assembled(tmp_path, service_database_url, FixedClock(NOW), **limits) as found:
        yield found


async def ask(service: Signature, number: int, territory: str = events.TERRITORY) -> Any:
    """SIGNER, for another person each time."""
    cer_id = derived_id("cer", number)
    identity = events.identity(telephone=f"+336399801{number:02d}")
    blocks = {"identity": service.sealed(identity)}
    await service.hear(service.ready(cer_id=cer_id, territory=territory, **blocks))
    edition = await service.rendered(cer_id=cer_id, edition_id=derived_id("edition", number), territory=territory)
    await service.hear(edition)
    request: UUID = request_id(cer_id, 1)
    await service.mark_read(request)
    return await service.post("codes", request_id=request)


async def again(service: Signature, number: int) -> Any:
    """SIGNER once more."""
    return await service.post("codes", request_id=request_id(derived_id("cer", number), 1))


def problem(answer: Any) -> tuple[int, str]:
    return answer.status_code, str(answer.json().get("type", "")).removeprefix("urn:cer:problem:")


async def counts(service: Signature) -> dict[str, int]:
    async with service.means.database.read() as session:
        rows = await session.execute(text("SELECT scope, sum(used) AS used FROM quota GROUP BY scope"))
        return {row.scope: int(row.used) for row in rows}


@pytest.mark.parametrize("service", ["sms_territory_a_day"], indirect=True)
async def test_a_territory_has_its_ceiling_a_day_and_another_territory_has_its_own(service: Signature) -> None:
    for number in (1, 2, 3):
        assert (await ask(service, number)).status_code == 200
    refused = await ask(service, 4)

    assert problem(refused) == (429, "too-many-codes-territory")
    assert "3 codes" in refused.json()["detail"]
    assert "case à cocher" in refused.json()["detail"]
    assert (await ask(service, 5, "nord")).status_code == 200
    assert len(service.phone.received) == 4
    # Until midnight in Paris, not in Greenwich.
    service.clock.instant = NOW.replace(hour=22, minute=59, second=59)
    assert problem(await again(service, 4)) == (429, "too-many-codes-territory")
    service.clock.instant += timedelta(seconds=1)
    assert (await again(service, 4)).status_code == 200


@pytest.mark.parametrize("service", ["sms_departement_a_day"], indirect=True)
async def test_the_departement_has_its_ceiling_whatever_the_territory(service: Signature) -> None:
    for number in (1, 2, 3, 4):
        assert (await ask(service, number, f"territory-{number}")).status_code == 200

    assert problem(await ask(service, 5, "territory-5")) == (429, "too-many-codes-departement")


@pytest.mark.parametrize("service", ["sms_budget_hour"], indirect=True)
async def test_the_budget_of_an_hour_breaks_alerts_and_mends_at_the_next_hour(service: Signature) -> None:
    def alerts() -> float:
        return REGISTRY.get_sample_value("cer_sms_budget_spent_total", {"period": "hour"}) or 0.0

    service.clock.instant = NOW.replace(minute=59, second=0)
    for number in range(5):
        assert (await ask(service, number)).status_code == 200
    before = alerts()
    with structlog.testing.capture_logs() as logs:
        refused = await ask(service, 5)

    assert problem(refused) == (503, "sms-budget-spent")
    assert "l'administrateur est alerté" in refused.json()["detail"]
    assert alerts() == before + 1
    assert [(line["event"], line["log_level"]) for line in logs if "budget" in line["event"]] == [
        ("sms.budget_spent", "error")
    ]
    assert len(service.phone.received) == 5
    service.clock.instant = NOW.replace(minute=59, second=59)
    assert problem(await again(service, 5)) == (503, "sms-budget-spent")
    service.clock.instant += timedelta(seconds=1)
    assert (await again(service, 5)).status_code == 200


@pytest.mark.parametrize("service", ["sms_budget_day"], indirect=True)
async def test_the_budget_of_a_day_breaks_and_a_refusal_takes_nothing_from_any_count(service: Signature) -> None:
    for number in range(6):
        assert (await ask(service, number)).status_code == 200
    before = await counts(service)
    assert problem(await ask(service, 6)) == (503, "sms-budget-spent")

    assert await counts(service) == before
    assert before == dict.fromkeys(("number", "agent", "territory", "departement"), 6) | {
        "segments-hour": 6,
        "segments-day": 6,
    }


async def test_what_is_counted_are_segments(service_database_url: str, tmp_path: Path) -> None:
    address = "https://" + "very-long-name." * 6 + "example"
    clock = FixedClock(NOW)
    async with assembled(tmp_path, service_database_url, clock, sms_budget_hour=3, public_url=address) as service:
        assert (await ask(service, 1)).status_code == 200
        assert (await counts(service))["segments-hour"] == 2
        assert problem(await ask(service, 2)) == (503, "sms-budget-spent")


async def test_a_listed_country_can_be_reached_and_an_unlisted_one_cannot(
    service_database_url: str, tmp_path: Path
) -> None:
    async with assembled(tmp_path, service_database_url, FixedClock(NOW), sms_prefixes="+33,+687") as service:
        for number, (phone, state) in enumerate((("+687751234", "opened"), ("+262692123456", "failed"))):
            cer_id = derived_id("country", number)
            block = {"identity": service.sealed(events.identity(telephone=phone))}
            await service.hear(service.ready(cer_id=cer_id, **block))
            edition = await service.rendered(cer_id=cer_id, edition_id=derived_id("edition", phone))
            await service.hear(edition)
            assert (await service.view(request_id(cer_id, 1)))["state"] == state

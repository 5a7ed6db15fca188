"""Studies that wait for too long: shown as late, and told once for each stay in a state, whoever looks."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from services.validation.adapters.ageing import SqlAlerts
from services.validation.application.commands.ageing import tell_ageing
from services.validation.application.ports.ageing import Alerts
from shared.database.unit_of_work import UnitOfWork
from shared.events.contracts import DossierErased
from shared.events.validation import StudyAgeing
from shared.security.principal import Role
from tests.builders.events import CER_ID, sample
from tests.integration.validation.conftest import Validation

pytestmark = pytest.mark.integration


def alerts_of(uow: UnitOfWork) -> Alerts:
    return SqlAlerts(uow.session)


async def look(validation: Validation) -> int:
    return await tell_ageing(validation.database, alerts_of, validation.clock, validation.app.state.thresholds)


async def aged(validation: Validation, days: float, **changes: Any) -> dict[str, Any]:
    """A study that was submitted so many days ago."""
    at = validation.clock.now() - timedelta(days=days)
    return await validation.open_study(**({"cer_id": uuid4(), "submitted_at": at} | changes))


async def alerts(validation: Validation) -> list[StudyAgeing]:
    return [event for event in await validation.told() if isinstance(event, StudyAgeing)]


async def test_a_late_study_is_shown_counted_found_and_told(validation: Validation) -> None:
    late = await aged(validation, 7)
    urgent = await aged(validation, 2, priority="urgente")
    await aged(validation, 6.9)
    await aged(validation, 1.9, priority="urgente")
    assert (await validation.post(f"/studies/{late['id']}/charge", {}, Role.SERVICE_INSERTION)).status_code == 200

    assert (late["late"], late["due"]) == (True, "2026-03-16T09:30:00Z")
    found = (await validation.get("/studies?late=true")).json()["studies"]
    assert {line["id"] for line in found} == {late["id"], urgent["id"]}
    assert [line["late"] for line in (await validation.get("/studies?late=false")).json()["studies"]] == [False, False]
    counts = (await validation.get("/studies/counts")).json()
    assert (counts["total"], counts["late"]) == (4, 2)

    assert await look(validation) == 2
    told = {event.study_id: event for event in await alerts(validation)}
    assert {str(study_id) for study_id in told} == {late["id"], urgent["id"]}
    assert {event.threshold_days: event.in_charge for event in told.values()} == {7: "agent-test", 2: None}
    assert {event.state for event in told.values()} == {"a_orienter"}


async def test_it_is_told_once_for_each_stay_in_a_state(validation: Validation) -> None:
    study = await aged(validation, 8)
    assert [await look(validation) for _ in range(3)] == [1, 0, 0]

    path, seen = f"/studies/{study['id']}/chef-de-service", f'"{study["version"]}"'
    assert (await validation.post(path, {}, Role.SERVICE_INSERTION, If_Match=seen)).status_code == 200
    assert await look(validation) == 0
    validation.clock.instant += timedelta(days=15)

    assert [await look(validation) for _ in range(2)] == [1, 0]
    assert [(event.state, event.threshold_days) for event in await alerts(validation)] == [
        ("a_orienter", 7), ("attente_decision", 15),
    ]  # fmt: skip


async def test_replicas_that_look_at_once_tell_each_study_once(validation: Validation) -> None:
    for _ in range(20):
        await aged(validation, 30)

    told = await asyncio.gather(*(look(validation) for _ in range(5)))

    assert sum(told) == 20
    ids = [event.study_id for event in await alerts(validation)]
    assert len(ids) == len(set(ids)) == 20


async def test_nothing_of_it_is_left_of_an_erased_person(validation: Validation) -> None:
    study = await aged(validation, 30, cer_id=CER_ID)
    await validation.post(f"/studies/{study['id']}/charge", {}, Role.SERVICE_INSERTION)
    assert await look(validation) == 1

    assert await validation.hear(sample(DossierErased)) == "done"

    async with validation.database.read() as session:
        for table in ("study_alert", "study_charge"):
            assert await session.scalar(text(f"SELECT count(*) FROM {table}")) == 0
    assert await alerts(validation) == []

"""Taking a study in charge: one agent at a time, seen by all, released by its holder or the chef de service."""

import asyncio
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from shared.security.principal import Role
from tests.integration.validation.conftest import Validation

pytestmark = pytest.mark.integration


async def act(
    validation: Validation, study: dict[str, Any], verb: str, subject: str, role: Role = Role.SERVICE_INSERTION
) -> httpx.Response:
    return await validation.post(f"/studies/{study['id']}/{verb}", {}, role, subject)


def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"].removeprefix("urn:cer:problem:")


async def test_a_study_in_charge_is_shown_and_found_and_its_version_is_not_touched(validation: Validation) -> None:
    study = await validation.open_study()
    assert (await act(validation, study, "charge", "agent-1")).status_code == 200

    (line,) = (await validation.get("/studies?in_charge=agent-1")).json()["studies"]
    assert (line["in_charge"]["agent"]["agent_id"], line["version"]) == ("agent-1", study["version"])
    assert line["in_charge"]["since"] == "2026-03-16T09:30:00Z"
    assert (await validation.get("/studies?in_charge=agent-2")).json()["studies"] == []
    assert (await validation.get("/studies?unassigned=true")).json()["studies"] == []
    counts = (await validation.get("/studies/counts")).json()
    assert (counts["by_in_charge"], counts["unassigned"]) == ({"agent-1": 1}, 0)


async def test_a_colleague_cannot_take_it_and_its_holder_keeps_it_from_when_they_took_it(
    validation: Validation,
) -> None:
    study = await validation.open_study()
    first = (await act(validation, study, "charge", "agent-1")).json()
    validation.clock.instant = validation.clock.instant.replace(hour=15)

    assert code(await act(validation, study, "charge", "agent-2")) == (409, "study-in-charge")
    assert (await act(validation, study, "charge", "agent-1")).json() == first


async def test_its_holder_or_the_chef_de_service_releases_it_and_nobody_else(validation: Validation) -> None:
    study = await validation.open_study()
    assert code(await act(validation, study, "release", "agent-1")) == (409, "study-not-in-charge")
    for releaser, role in (("agent-1", Role.SERVICE_INSERTION), ("chef-1", Role.CHEF_DE_SERVICE)):
        assert (await act(validation, study, "charge", "agent-1")).status_code == 200
        assert code(await act(validation, study, "release", "agent-2")) == (403, "charge-of-another")
        released = await act(validation, study, "release", releaser, role)
        assert (released.status_code, released.json()["in_charge"]) == (200, None)
    (line,) = (await validation.get("/studies?unassigned=true")).json()["studies"]
    assert line["in_charge"] is None
    assert (await act(validation, study, "charge", "agent-2")).status_code == 200


async def test_of_those_who_take_it_at_once_one_has_it(validation: Validation) -> None:
    study = await validation.open_study()
    answers = await asyncio.gather(*(act(validation, study, "charge", f"agent-{number}") for number in range(6)))

    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409, 409, 409]
    with pytest.raises(IntegrityError, match="study_in_charge"):
        async with validation.database.begin() as uow:
            again = "INSERT INTO study_charge (study_id, agent_id, agent, since) SELECT study_id, 'x', agent, since"
            await uow.session.execute(text(f"{again} FROM study_charge"))


async def test_a_decided_study_is_not_taken(validation: Validation) -> None:
    study = await validation.waiting_for_decision()
    path, seen = f"/studies/{study['id']}/decision", f'"{study["version"]}"'
    assert (await validation.post(path, {"outcome": "valide"}, Role.CHEF_DE_SERVICE, If_Match=seen)).status_code == 200

    assert code(await act(validation, study, "charge", "agent-1")) == (409, "already-decided")

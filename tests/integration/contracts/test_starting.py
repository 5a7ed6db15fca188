"""A new CER: pre-filled from the last one, dated in Paris, with what the département uses and the person says."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from services.contracts.domain.cers.draft import NOTHING_TO_EXPRESS
from shared.events.contracts import CerCreated
from shared.security.principal import Role
from tests.integration.contracts.conftest import COMPLETE, Contracts
from tests.integration.contracts.test_returns_and_tasks import validated

pytestmark = pytest.mark.integration

NOTE = "CANARI-NOTE-77"


async def test_a_cer_pre_filled_from_the_last_one_recalls_its_objectives(contracts: Contracts) -> None:
    last = await validated(contracts, note=NOTE, requests=["rappel"])
    dossier = f"/dossiers/{last['dossier_id']}/cers"
    objective = last["objectives"][0]

    proposed = (await contracts.get(f"{dossier}/proposal")).json()
    made = await contracts.send("POST", f"{dossier}/from-last")

    assert proposed["recalled"]["objectives"] == [objective]
    assert (proposed["draft"]["numero"], proposed["draft"]["nature"]) == (2, "renouvellement")
    assert proposed["nothing_to_express"] == NOTHING_TO_EXPRESS
    assert NOTE not in str(proposed)
    cer = made.json()
    assert (made.status_code, cer["numero"], cer["nature"], cer["state"]) == (201, 2, "renouvellement", "proposition")
    assert "Rappel des objectifs du CER n° 1" in cer["situation"]
    assert cer["objectives"][0]["person_does"] == objective["person_does"]
    assert cer["objectives"][0]["id"] not in {None, objective["id"]}
    assert (cer["accord"], cer["priority"], cer["note_author_id"], cer["requests"]) == ("nc", None, None, [])
    assert (cer["expression"], cer["evaluation"]) == ("", "")
    assert len(await contracts.told(CerCreated)) == 2


async def test_a_proposal_is_for_who_writes_the_cer(contracts: Contracts) -> None:
    last = await validated(contracts)
    path = f"/dossiers/{last['dossier_id']}/cers/proposal"

    assert (await contracts.get(path, Role.SECRETARIAT)).status_code == 403
    assert (await contracts.get(path, Role.REFERENT, subject="referent-2")).status_code == 403
    assert (await contracts.get(path, Role.REFERENT, territory="sud", subject="referent-3")).status_code == 404


async def test_the_last_evening_of_a_month_is_the_next_month_in_paris(contracts: Contracts) -> None:
    dossier = await contracts.accompanied()
    path = f"/dossiers/{dossier['id']}/cers"
    contracts.clock.instant = datetime(2026, 3, 31, 21, 30, tzinfo=UTC)  # 23:30 in Paris
    tomorrow = await contracts.send("POST", path, {**COMPLETE, "date_signature": "2026-04-01"})
    contracts.clock.instant = datetime(2026, 3, 31, 23, 30, tzinfo=UTC)  # 1 April, 1:30 in Paris
    today = await contracts.send("POST", path, {**COMPLETE, "date_signature": "2026-04-01"})
    proposed = (await contracts.get(f"{path}/proposal")).json()["draft"]

    assert (tomorrow.status_code, tomorrow.json()["errors"][0]["code"]) == (422, "future")
    assert (today.status_code, today.json()["date_debut"]) == (201, "2026-05-01")
    assert (proposed["date_signature"], proposed["date_debut"]) == ("2026-04-01", "2026-05-01")


async def test_one_click_writes_that_the_person_wishes_to_express_nothing(contracts: Contracts) -> None:
    cer = await contracts.cer(expression="", nothing_to_express=True)
    body = {**COMPLETE, "expression": "Souhaite une formation.", "nothing_to_express": True}

    both = await contracts.send("PUT", f"/cers/{cer['id']}", body, version=1)
    signing = await contracts.send("POST", f"/cers/{cer['id']}/signature")

    assert (cer["expression"], cer["nothing_to_express"]) == (NOTHING_TO_EXPRESS, True)
    assert (both.status_code, both.json()["errors"][0]["field"]) == (422, "nothing_to_express")
    assert signing.status_code == 202


async def test_weekly_hours_are_refused_where_the_departement_does_not_use_them(contracts: Contracts) -> None:
    hours: dict[str, Any] = {"hours": 15, "ground": ""}
    kept = await contracts.cer(weekly_hours=hours)
    contracts.app.state.tools = replace(contracts.app.state.tools, weekly_hours=False)

    dossier = await contracts.accompanied("55")
    refused = await contracts.send("POST", f"/dossiers/{dossier['id']}/cers", {**COMPLETE, "weekly_hours": hours})
    same = await contracts.send(
        "PUT", f"/cers/{kept['id']}", {**COMPLETE, "weekly_hours": hours, "priority": "urgente"}, version=1
    )

    assert (refused.status_code, refused.json()["type"]) == (422, "urn:cer:problem:weekly-hours-off")
    assert (same.status_code, same.json()["weekly_hours"]) == (200, hours)


async def test_weekly_hours_are_proposed_only_where_the_departement_uses_them(contracts: Contracts) -> None:
    last = await validated(contracts, weekly_hours={"hours": 15, "ground": ""})
    path = f"/dossiers/{last['dossier_id']}/cers"
    used = (await contracts.get(f"{path}/proposal")).json()["draft"]["weekly_hours"]
    contracts.app.state.tools = replace(contracts.app.state.tools, weekly_hours=False)

    proposed = (await contracts.get(f"{path}/proposal")).json()["draft"]["weekly_hours"]
    made = await contracts.send("POST", f"{path}/from-last")

    assert (used["hours"], proposed) == (15, None)
    assert (made.status_code, made.json()["weekly_hours"]) == (201, None)


async def test_a_valid_cer_shows_where_it_stands_by_its_dates(contracts: Contracts) -> None:
    cer = await validated(contracts)

    async def life(instant: datetime) -> tuple[str, str]:
        contracts.clock.instant = instant
        listed = (await contracts.get(f"/dossiers/{cer['dossier_id']}/cers")).json()["cers"]
        return (await contracts.read(cer))["life"], listed[0]["life"]

    assert cer["life"] == "a_venir"
    assert await life(datetime(2026, 9, 30, 21, 59, tzinfo=UTC)) == ("en_cours", "en_cours")
    assert await life(datetime(2026, 9, 30, 22, 1, tzinfo=UTC)) == ("echu", "echu")
    assert (await contracts.cer(dossier={"id": cer["dossier_id"]}))["life"] is None

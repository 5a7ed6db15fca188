"""After the submission: taken back, returns to read, calls asked for, modifications that end what was in force."""

from datetime import date, timedelta
from typing import Any

import pytest

from shared.events.contracts import CerDernierContratChanged, CerRerouted, CerShortened, CerValidated
from shared.events.validation import (
    CerDecided,
    CerReturnedForComplement,
    CerSentToChefDeService,
    CerSentToCommission,
    CerTakenBack,
)
from shared.kernel.ids import new_id
from shared.security.principal import Role
from tests.integration.contracts.conftest import COMPLETE, REFERENT, Contracts
from tests.integration.contracts.test_study import at_chef, of, parked, submitted

pytestmark = pytest.mark.integration


async def validated(contracts: Contracts, **changes: Any) -> dict[str, Any]:
    cer = await at_chef(contracts, **changes)
    assert await contracts.hear(of(contracts, cer, CerDecided, outcome="valide")) == "done"
    return await contracts.read(cer)


async def history(contracts: Contracts, cer: dict[str, Any]) -> list[dict[str, Any]]:
    return list((await contracts.get(f"/cers/{cer['id']}/history")).json()["history"])


@pytest.mark.parametrize("sent", [CerSentToCommission, CerSentToChefDeService])
async def test_a_cer_taken_back_waits_to_be_routed_again_and_says_so(contracts: Contracts, sent: Any) -> None:
    cer = await submitted(contracts)
    await contracts.hear(of(contracts, cer, sent))

    assert await contracts.hear(of(contracts, cer, CerTakenBack)) == "done"

    assert (await contracts.read(cer))["state"] == "soumis_a_etude"
    (told,) = await contracts.told(CerRerouted)
    assert (told.state, told.submission) == ("soumis_a_etude", 1)
    assert await contracts.hear(of(contracts, cer, CerSentToCommission)) == "done"


async def test_a_taking_back_is_stale_for_an_older_submission_and_parked_where_it_cannot_be(
    contracts: Contracts,
) -> None:
    cer = await at_chef(contracts)
    await contracts.hear(of(contracts, cer, CerReturnedForComplement))
    await contracts.send("POST", f"/cers/{cer['id']}/submission")

    assert await contracts.hear(of(contracts, cer, CerTakenBack, submission=1)) == "stale"
    assert await contracts.hear(of(contracts, cer, CerTakenBack, submission=2)) == "parked"
    assert await parked(contracts) == ["CerTakenBack"]


async def test_a_return_is_to_read_until_its_referent_opens_it_and_that_is_dated(contracts: Contracts) -> None:
    cer = await validated(contracts)
    path = f"/cers/{cer['id']}/decision/reading"

    async def to_read(role: Role, **who: Any) -> list[str]:
        answer = await contracts.get("/decisions/to-read", role, **who)
        return [line["cer_id"] for line in answer.json()["returns"]]

    assert (cer["decision_read_at"], await to_read(Role.REFERENT)) == (None, [cer["id"]])
    assert await to_read(Role.REFERENT, subject="referent-2") == []
    assert await to_read(Role.SERVICE_INSERTION) == [cer["id"]]
    assert (await contracts.send("POST", path, role=Role.SERVICE_INSERTION)).status_code == 403
    first = (await contracts.send("POST", path)).json()
    contracts.clock.instant += timedelta(days=1)
    second = (await contracts.send("POST", path)).json()

    assert (first["decision_read_by"], first["decision_read_at"][:10]) == (REFERENT, "2026-03-12")
    assert (second["decision_read_at"], second["version"]) == (first["decision_read_at"], first["version"])
    assert await to_read(Role.REFERENT) == []
    assert [line["verb"] for line in await history(contracts, cer)].count("read_decision") == 1


async def test_returns_to_read_come_page_by_page(contracts: Contracts) -> None:
    cers = [await validated(contracts, dossier=await contracts.accompanied(str(n))) for n in range(3)]

    first = (await contracts.get("/decisions/to-read?limit=2")).json()
    second = (await contracts.get(f"/decisions/to-read?limit=2&after={first['next']}")).json()

    listed = [line["cer_id"] for line in first["returns"] + second["returns"]]
    assert (sorted(listed), second["next"]) == (sorted(cer["id"] for cer in cers), None)
    assert (await contracts.get("/decisions/to-read?after=xx")).status_code == 422


async def test_what_was_not_decided_has_no_return_to_read(contracts: Contracts) -> None:
    cer = await contracts.cer()

    answer = await contracts.send("POST", f"/cers/{cer['id']}/decision/reading")

    assert (answer.status_code, answer.json()["type"]) == (409, "urn:cer:problem:impossible-move")


async def test_etre_rappele_is_a_task_from_the_submission_to_the_call(contracts: Contracts) -> None:
    cer = await contracts.cer(accord="oui", requests=["rappel"])

    async def tasks(query: str = "", role: Role = Role.SERVICE_INSERTION) -> list[dict[str, Any]]:
        return list((await contracts.get(f"/tasks{query}", role)).json()["tasks"])

    assert await tasks() == []
    await contracts.send("POST", f"/cers/{cer['id']}/submission")
    (task,) = await tasks()
    assert (task["cer_id"], task["opened_by"], task["closed_on"]) == (cer["id"], REFERENT, None)
    assert [await tasks("?territory=sud"), await tasks("?older_than_days=3")] == [[], []]
    contracts.clock.instant += timedelta(days=4)
    assert len(await tasks("?older_than_days=3&territory=nord", Role.CHEF_DE_SERVICE)) == 1

    closing = {"closed_on": "2026-03-14", "outcome": "joint"}
    path = f"/tasks/{task['id']}/closing"
    early = await contracts.send("POST", path, closing | {"closed_on": "2026-03-11"}, Role.SERVICE_INSERTION)
    by_referent = await contracts.send("POST", path, closing)
    closed = await contracts.send("POST", path, closing, Role.SERVICE_INSERTION)
    again = await contracts.send("POST", path, closing, Role.SERVICE_INSERTION)

    assert (early.status_code, early.json()["errors"][0]["field"]) == (422, "closed_on")
    assert (by_referent.status_code, again.json()["type"]) == (403, "urn:cer:problem:task-closed")
    assert (closed.json()["closed_on"], closed.json()["outcome"]) == ("2026-03-14", "joint")
    assert (await tasks(), [one["id"] for one in await tasks("?state=closed")]) == ([], [task["id"]])
    lines = [line for line in await history(contracts, cer) if line["verb"].endswith("_task")]
    assert [(line["verb"], line["actor"]) for line in lines] == [
        ("open_task", REFERENT),
        ("close_task", "service_insertion-nord"),
    ]


async def test_a_call_asked_for_again_is_one_task_and_one_withdrawn_is_closed(contracts: Contracts) -> None:
    cer = await at_chef(contracts, requests=["rappel"])
    await contracts.hear(of(contracts, cer, CerReturnedForComplement))
    await contracts.send("POST", f"/cers/{cer['id']}/submission")
    assert await contracts.scalar("SELECT count(*) FROM cer_task") == 1
    await contracts.hear(of(contracts, cer, CerReturnedForComplement, submission=2))
    now = await contracts.read(cer)
    body = {**COMPLETE, "accord": "oui", "requests": []}
    await contracts.send("PUT", f"/cers/{cer['id']}", body, version=now["version"])
    await contracts.send("POST", f"/cers/{cer['id']}/submission")

    (task,) = (await contracts.get("/tasks?state=closed", Role.SERVICE_INSERTION)).json()["tasks"]

    assert (task["outcome"], task["closed_by"]) == ("retiree", REFERENT)


async def test_a_task_of_a_deleted_cer_is_withdrawn(contracts: Contracts) -> None:
    cer = await at_chef(contracts, requests=["rappel"])
    await contracts.hear(of(contracts, cer, CerReturnedForComplement))
    version = (await contracts.read(cer))["version"]

    assert (await contracts.send("DELETE", f"/cers/{cer['id']}", version=version)).status_code == 204

    assert (await contracts.get("/tasks", Role.SERVICE_INSERTION)).json()["tasks"] == []


async def test_dernier_contrat_changed_after_the_validation_is_told(contracts: Contracts) -> None:
    cer = await validated(contracts)
    path = f"/cers/{cer['id']}/dernier-contrat"

    await contracts.send("PUT", path, {"dernier_contrat": True}, version=cer["version"])
    await contracts.send("PUT", path, {"dernier_contrat": True}, version=cer["version"] + 1)

    (told,) = await contracts.told(CerDernierContratChanged)
    assert (told.dernier_contrat, told.aggregate_version) == (True, cer["version"] + 1)


async def test_a_validated_modification_ends_the_cer_in_force_the_day_before_it_starts(contracts: Contracts) -> None:
    former = await validated(contracts)
    dossier = {"id": former["dossier_id"]}
    change = await at_chef(
        contracts, dossier=dossier, nature="modification", date_debut="2026-06-01", duration_months=6
    )
    event, event_id = of(contracts, change, CerDecided, outcome="valide"), new_id()

    assert await contracts.hear(event, event_id) == "done"
    assert await contracts.hear(event, event_id) == "seen"

    now = await contracts.read(former)
    assert (now["date_fin"], now["replaced_by"], now["state"]) == ("2026-05-31", change["id"], "valide")
    (told,) = await contracts.told(CerShortened)
    assert (str(told.cer_id), told.date_fin, str(told.replaced_by)) == (former["id"], date(2026, 5, 31), change["id"])
    line = (await history(contracts, former))[-1]
    assert (line["verb"], line["details"]["former"]) == ("shorten", "2026-09-30")


@pytest.mark.parametrize(("nature", "outcome"), [("renouvellement", "valide"), ("modification", "non_valide")])
async def test_nothing_else_ends_a_cer_in_force(contracts: Contracts, nature: str, outcome: str) -> None:
    former = await validated(contracts)
    other = await at_chef(
        contracts, dossier={"id": former["dossier_id"]}, nature=nature, date_debut="2026-06-01", duration_months=6
    )

    assert await contracts.hear(of(contracts, other, CerDecided, outcome=outcome)) == "done"

    assert (await contracts.read(former))["date_fin"] == "2026-09-30"
    assert len(await contracts.told(CerValidated)) == 1 + (outcome == "valide")
    assert await contracts.told(CerShortened) == []

"""Objectives one by one, who changed what and when, two versions compared, and both told to who came too late."""

from typing import Any

import pytest
from sqlalchemy import text

from shared.security.principal import Role
from tests.integration.contracts.conftest import COMPLETE, REFERENT, Contracts

pytestmark = pytest.mark.integration

NOTE = "CANARI-NOTE-51"


async def save(contracts: Contracts, cer: dict[str, Any], **changes: Any) -> Any:
    version = changes.pop("version", cer["version"])
    return await contracts.send("PUT", f"/cers/{cer['id']}", {**COMPLETE, **changes}, version=version)


async def test_objectives_and_etapes_one_by_one_over_http(contracts: Contracts) -> None:
    cer = await contracts.cer(objectives=[])
    path = f"/cers/{cer['id']}/objectives"
    for theme in ("emploi", "sante"):
        answer = await contracts.send("POST", path, {"theme": theme, "person_does": "A.", "referent_does": "B."})
        assert answer.status_code == 201, answer.text
    first, second = (one["id"] for one in answer.json()["objectives"])
    added = await contracts.send("POST", f"{path}/{first}/etapes", {"label": "Atelier", "due": "2026-05-02"})
    etape = added.json()["objectives"][0]["etapes"][0]["id"]
    version = added.json()["version"]

    steps = [
        ("PUT", f"{path}/order", {"order": [second, first]}),
        ("PUT", f"{path}/{first}/etapes/{etape}", {"label": "Atelier CV", "done": True}),
        ("PUT", f"{path}/{second}", {"theme": "budget", "person_does": "C.", "referent_does": "D."}),
    ]
    for method, where, body in steps:
        answer = await contracts.send(method, where, body, version=version)
        assert answer.status_code == 200, answer.text
        version = answer.json()["version"]

    one, two = answer.json()["objectives"]
    assert (one["id"], one["theme"], two["id"]) == (second, "budget", first)
    assert [(e["id"], e["label"], e["done"]) for e in two["etapes"]] == [(etape, "Atelier CV", True)]
    gone = await contracts.send("DELETE", f"{path}/{first}/etapes/{etape}", version=version)
    gone = await contracts.send("DELETE", f"{path}/{first}", version=gone.json()["version"])
    assert [one["id"] for one in gone.json()["objectives"]] == [second]
    again = await contracts.send("DELETE", f"{path}/{first}", version=gone.json()["version"])
    assert (again.status_code, again.json()["type"]) == (404, "urn:cer:problem:not-found")


async def test_an_objective_keeps_its_id_when_the_whole_draft_is_saved_without_ids(contracts: Contracts) -> None:
    cer = await contracts.cer()

    saved = (await save(contracts, cer, priority="urgente")).json()

    assert [one["id"] for one in saved["objectives"]] == [one["id"] for one in cer["objectives"]]


async def test_an_objective_changed_after_a_tick_asks_for_the_accord_again(contracts: Contracts) -> None:
    cer = await contracts.cer(accord="oui")
    path = f"/cers/{cer['id']}/objectives/{cer['objectives'][0]['id']}"

    answer = await contracts.send("PUT", path, {"theme": "sante"}, version=1)

    assert (answer.json()["accord"], answer.json()["revision"]) == ("nc", 2)


async def test_objectives_that_a_signature_freezes_or_a_study_holds_are_refused(contracts: Contracts) -> None:
    signing = await contracts.cer()
    await contracts.send("POST", f"/cers/{signing['id']}/signature")
    frozen = await contracts.send("POST", f"/cers/{signing['id']}/objectives", {"theme": "sante"})
    other = await contracts.accompanied("77")
    submitted = await contracts.cer(other, accord="oui")
    await contracts.send("POST", f"/cers/{submitted['id']}/submission")
    held = await contracts.send("POST", f"/cers/{submitted['id']}/objectives", {"theme": "sante"})

    assert frozen.json()["type"] == "urn:cer:problem:signature-under-way"
    assert held.json()["type"] == "urn:cer:problem:impossible-move"
    by_service = await contracts.send(
        "POST", f"/cers/{submitted['id']}/objectives", {"theme": "sante"}, Role.SERVICE_INSERTION
    )
    assert by_service.status_code == 403


async def test_revisions_say_who_changed_what_and_past_texts_can_be_read_and_compared(contracts: Contracts) -> None:
    cer = await contracts.cer(note=NOTE)
    await save(contracts, cer, situation="Recherche un logement à temps plein.", priority="urgente")
    await contracts.send("POST", f"/cers/{cer['id']}/signature")
    path = f"/cers/{cer['id']}"

    listed = (await contracts.get(f"{path}/revisions")).json()["revisions"]
    past = (await contracts.get(f"{path}/revisions/1")).json()
    found = (await contracts.get(f"{path}/differences?before=1&after=3")).json()["differences"]

    assert [(one["version"], one["actor"], one["verb"], one["revision"]) for one in listed] == [
        (1, REFERENT, "create", 1),
        (2, REFERENT, "revise", 2),
    ]
    assert [one["label"] for one in listed[1]["touched"]] == [
        "Priorité",
        "Situation actuelle et actions depuis le dernier CER",
    ]
    assert past["content"]["situation"] == COMPLETE["situation"]
    assert [(one["field"], one["before"], one["after"]) for one in found[:1]] == [("priority", "normale", "urgente")]
    assert [(one["op"], one["text"]) for one in found[1]["text"]] == [
        ("equal", "Recherche un "),
        ("delete", "emploi"),
        ("insert", "logement"),
        ("equal", " à temps plein."),
    ]


async def test_past_texts_are_for_those_who_read_texts_and_past_notes_for_their_author(contracts: Contracts) -> None:
    cer = await contracts.cer(note=NOTE)
    await save(contracts, cer, note="")
    path = f"/cers/{cer['id']}"

    async def seen(role: Role, **who: Any) -> str:
        answers = [
            await contracts.get(f"{path}{end}", role, **who)
            for end in ("/revisions", "/revisions/1", "/differences?before=1&after=2")
        ]
        assert {answer.status_code for answer in answers} == {200}
        return "".join(answer.text for answer in answers)

    assert NOTE in await seen(Role.REFERENT)
    assert NOTE in await seen(Role.SERVICE_INSERTION)
    assert NOTE not in await seen(Role.REFERENT, subject="referent-2")
    assert (await contracts.get(f"{path}/revisions", Role.SECRETARIAT)).status_code == 403
    assert (await contracts.get(f"{path}/revisions", Role.REFERENT, territory="sud")).status_code == 404
    assert (await contracts.get(f"{path}/revisions/0")).status_code == 404
    assert (await contracts.get(f"{path}/differences?before=1&after=99999999999")).status_code == 422


async def test_who_saves_too_late_gets_both_versions_field_by_field(contracts: Contracts) -> None:
    cer = await contracts.cer(note=NOTE)
    await save(contracts, cer, situation="Autre situation.", priority="urgente")

    late = await save(contracts, cer, evaluation="Mon évaluation.", priority="situation_sensible")

    assert (late.status_code, late.json()["type"]) == (412, "urn:cer:problem:race-lost")
    conflict = late.json()["conflict"]
    assert (conflict["seen_version"], conflict["kept_version"]) == (1, 2)
    assert conflict["kept"]["situation"] == "Autre situation."
    assert conflict["sent"]["evaluation"] == "Mon évaluation."
    fields = {one["field"]: (one["base"], one["kept"], one["sent"]) for one in conflict["fields"]}
    assert fields == {
        "priority": ("normale", "urgente", "situation_sensible"),
        "situation": (COMPLETE["situation"], "Autre situation.", COMPLETE["situation"]),
        "evaluation": (COMPLETE["evaluation"], COMPLETE["evaluation"], "Mon évaluation."),
    }
    changed = {one["field"]: one["changed_by"] for one in conflict["fields"]}
    assert changed == {"priority": REFERENT, "situation": REFERENT, "evaluation": None}


async def test_the_answer_to_a_late_change_stays_within_what_its_sender_may_read(contracts: Contracts) -> None:
    cer = await contracts.cer()
    await contracts.send("PUT", f"/cers/{cer['id']}", {**COMPLETE, "note": NOTE}, Role.REFERENT, 1, subject=REFERENT)
    # Another référent accompanies the person now: they write, and do not read the former one's note.
    async with contracts.database.begin() as uow:
        await uow.session.execute(text("UPDATE dossier SET referent_id = 'referent-2'"))

    late = await contracts.send(
        "PUT", f"/cers/{cer['id']}", {**COMPLETE, "priority": "urgente"}, version=1, subject="referent-2"
    )

    assert late.status_code == 412
    assert NOTE not in late.text
    assert [one["field"] for one in late.json()["conflict"]["fields"]] == ["priority"]


async def test_the_author_of_a_new_note_never_gets_the_former_authors_one_in_a_conflict(contracts: Contracts) -> None:
    cer = await contracts.cer(note=NOTE)
    async with contracts.database.begin() as uow:
        await uow.session.execute(text("UPDATE dossier SET referent_id = 'referent-2'"))
    path = f"/cers/{cer['id']}"
    mine, again = {**COMPLETE, "note": "La mienne."}, {**COMPLETE, "note": "Encore."}
    assert (await contracts.send("PUT", path, mine, version=1, subject="referent-2")).status_code == 200

    late = await contracts.send("PUT", path, again, version=1, subject="referent-2")

    assert late.status_code == 412
    assert NOTE not in late.text
    (note,) = late.json()["conflict"]["fields"]
    assert (note["field"], note["base"], note["kept"], note["sent"]) == ("note", None, "La mienne.", "Encore.")


@pytest.mark.parametrize("what", ["objective", "deletion", "dernier-contrat", "signature"])
async def test_every_late_change_of_a_cer_gets_both_versions(contracts: Contracts, what: str) -> None:
    cer = await contracts.cer()
    await save(contracts, cer, situation="Autre situation.")
    path = f"/cers/{cer['id']}"
    objective = f"{path}/objectives/{cer['objectives'][0]['id']}"
    late = {
        "objective": ("PUT", objective, {"theme": "sante"}),
        "deletion": ("DELETE", path, None),
        "dernier-contrat": ("PUT", f"{path}/dernier-contrat", {"dernier_contrat": True}),
        "signature": ("DELETE", f"{path}/signature", None),
    }
    method, where, body = late[what]

    answer = await contracts.send(method, where, body, version=1)

    assert answer.status_code == 412
    conflict = answer.json()["conflict"]
    assert conflict["kept"]["situation"] == "Autre situation."
    assert [one["field"] for one in conflict["fields"]] == ["situation"]
    assert (conflict["sent"] is None) == (body is None)

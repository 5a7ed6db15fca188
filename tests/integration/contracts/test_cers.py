"""CERs over HTTP: written, refused with all that is missing, raced, submitted, seen by whom."""

import asyncio
import json
from typing import Any

import pytest
from sqlalchemy import text

from shared.events.blocks import CerContent, Identity
from shared.events.contracts import CerCreated, CerDeleted, CerSubmitted
from shared.security.principal import Role
from tests.integration.contracts.conftest import COMPLETE, MOBILE, REFERENT, Contracts

pytestmark = pytest.mark.integration

CANARY = "CANARI-a8f3"


def problem(answer: Any) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert body["title"]
    assert body["detail"].endswith(".")
    return answer.status_code, body["type"].removeprefix("urn:cer:problem:")


def fields(answer: Any) -> dict[str, str]:
    return {error["field"]: error["code"] for error in answer.json().get("errors", [])}


async def test_a_cer_is_created_with_its_conventions_and_told(contracts: Contracts) -> None:
    cer = await contracts.cer(note=CANARY, requests=["rappel"])

    assert (cer["numero"], cer["state"], cer["accord"], cer["version"]) == (1, "proposition", "nc", 1)
    assert (cer["date_debut"], cer["date_fin"]) == ("2026-04-01", "2026-09-30")
    assert (cer["note"], cer["requests"], cer["warnings"]) == (CANARY, ["rappel"], [])
    (told,) = await contracts.told(CerCreated)
    assert (told.numero, told.nature, told.referent_id, told.territory) == (1, "premier", REFERENT, "nord")


async def test_what_was_written_is_read_again_field_by_field(contracts: Contracts) -> None:
    written = {
        **COMPLETE,
        "nature": "retablissement",
        "date_demandee": "2026-02-01",
        "date_demandee_reason": "Hospitalisation.",
        "requests": ["ep", "rappel"],
        "dernier_contrat": True,
        "objectives": [
            {
                "theme": "formation",
                "person_does": "Passe le test.",
                "referent_does": "Inscrit.",
                "etapes": [{"label": "Test", "due": "2026-05-02", "done": False}],
                "diagnostics": ["formation", "regain"],
            }
        ],
        "weekly_hours": {"hours": 8, "ground": "Garde d'enfants."},
        "no_phone_at_interview": True,
    }
    cer = await contracts.cer(**written)

    read = await contracts.read(cer)

    for objective in read["objectives"]:
        assert objective.pop("id")
        assert [etape.pop("id") for etape in objective["etapes"]]
    assert {name: read[name] for name in written} == written
    assert (read["date_debut"], read["version"]) == ("2026-03-01", 1)


async def test_a_draft_saves_partially_and_its_numbers_follow_one_another(contracts: Contracts) -> None:
    dossier = await contracts.accompanied(telephone=None)
    path = f"/dossiers/{dossier['id']}/cers"

    first = (await contracts.send("POST", path, {"nature": "premier"})).json()
    second = (await contracts.send("POST", path, {"nature": "renouvellement"})).json()
    third = (await contracts.send("POST", path, {"nature": "renouvellement", "numero": 1})).json()

    assert [one["numero"] for one in (first, second, third)] == [1, 2, 1]
    assert [warning["code"] for warning in third["warnings"]] == ["repeated", "mobile-missing"]
    listed = (await contracts.get(path)).json()["cers"]
    assert [one["numero"] for one in listed] == [1, 1, 2]


async def test_a_post_that_is_sent_again_creates_nothing_more(contracts: Contracts) -> None:
    dossier = await contracts.accompanied()
    headers = contracts.headers(Role.REFERENT) | {"Idempotency-Key": "same"}

    answers = [
        await contracts.client.post(f"/dossiers/{dossier['id']}/cers", json=COMPLETE, headers=headers) for _ in range(2)
    ]

    assert answers[0].json() == answers[1].json()
    assert answers[1].headers["idempotent-replayed"] == "true"
    assert await contracts.scalar("SELECT count(*) FROM cer") == 1


async def test_a_post_that_is_sent_again_is_answered_from_the_cer_and_nothing_of_it_is_kept_twice(
    contracts: Contracts,
) -> None:
    dossier = await contracts.accompanied()
    path, headers = f"/dossiers/{dossier['id']}/cers", contracts.headers(Role.REFERENT) | {"Idempotency-Key": "same"}
    written = COMPLETE | {"note": "Préfère être rappelée le matin."}
    cer = (await contracts.client.post(path, json=written, headers=headers)).json()
    await contracts.send("PUT", f"/cers/{cer['id']}", COMPLETE | {"expression": "Autre chose."}, version=1)

    again = await contracts.client.post(path, json=written, headers=headers)

    assert (again.status_code, again.json()["expression"], again.json()["note"]) == (201, "Autre chose.", cer["note"])
    assert again.headers["etag"] == '"2"'
    kept = await contracts.scalar("SELECT body::text FROM idempotency_key WHERE key = 'same'")
    assert json.loads(kept) == {"id": cer["id"]}


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({"expression": ""}, {"expression": "missing"}),
        ({"objectives": []}, {"objectives": "missing"}),
        ({"priority": None}, {"priority": "missing"}),
        ({"accord": "nc"}, {"accord": "accord-nc"}),
        (
            {"priority": None, "accord": "nc", "expression": " ", "situation": ""},
            {"situation": "missing", "expression": "missing", "priority": "missing", "accord": "accord-nc"},
        ),
    ],
)
async def test_submitting_is_refused_with_all_that_is_missing(
    contracts: Contracts, changes: dict[str, Any], missing: dict[str, str]
) -> None:
    cer = await contracts.cer(**{"accord": "oui", **changes})

    answer = await contracts.send("POST", f"/cers/{cer['id']}/submission")

    assert problem(answer) == (409, "cer-incomplete")
    assert fields(answer) == missing
    assert (await contracts.read(cer))["state"] == "proposition"
    assert await contracts.told(CerSubmitted) == []


async def test_signing_is_refused_without_the_expression_of_the_person(contracts: Contracts) -> None:
    cer = await contracts.cer(expression="")

    answer = await contracts.send("POST", f"/cers/{cer['id']}/signature")

    assert problem(answer) == (409, "cer-incomplete")
    assert fields(answer) == {"expression": "missing"}


async def test_a_submitted_cer_is_no_longer_changed_by_its_referent(contracts: Contracts) -> None:
    cer = await contracts.cer(accord="oui", note=CANARY)
    submitted = (await contracts.send("POST", f"/cers/{cer['id']}/submission")).json()
    path, version = f"/cers/{cer['id']}", submitted["version"]

    assert submitted["state"] == "soumis_a_etude"
    revised = await contracts.send("PUT", path, {**COMPLETE, "accord": "oui"}, version=version)
    assert problem(revised) == (409, "impossible-move")
    assert "soumis à l'étude" in revised.json()["detail"]
    assert problem(await contracts.send("DELETE", path, version=version)) == (409, "impossible-move")
    assert problem(await contracts.send("POST", f"{path}/submission")) == (409, "impossible-move")
    assert problem(await contracts.send("POST", f"{path}/signature")) == (409, "impossible-move")
    (told,) = await contracts.told(CerSubmitted)
    assert (told.submission, told.accord, told.accord_origin, told.priority) == (1, "oui", "case", "normale")


async def test_of_two_edits_of_one_version_one_wins_and_the_other_is_told(contracts: Contracts) -> None:
    cer = await contracts.cer()

    answers = await asyncio.gather(
        *(
            contracts.send("PUT", f"/cers/{cer['id']}", {**COMPLETE, "situation": f"Version {n}."}, version=1)
            for n in range(6)
        )
    )

    codes = sorted(answer.status_code for answer in answers)
    assert codes == [200, 412, 412, 412, 412, 412]
    (winner,) = (answer.json() for answer in answers if answer.status_code == 200)
    assert (await contracts.read(cer))["situation"] == winner["situation"]
    assert await contracts.scalar("SELECT count(*) FROM cer_history WHERE verb = 'revise'") == 1


async def test_an_autosave_increments_the_version_and_tells_nothing(contracts: Contracts) -> None:
    cer = await contracts.cer()
    before = len(await contracts.told())

    saved = await contracts.send("PUT", f"/cers/{cer['id']}", {**COMPLETE, "priority": "urgente"}, version=1)
    same = await contracts.send("PUT", f"/cers/{cer['id']}", {**COMPLETE, "priority": "urgente"}, version=2)

    assert (saved.headers["etag"], same.headers["etag"]) == ('"2"', '"2"')
    assert len(await contracts.told()) == before


@pytest.mark.parametrize(
    ("body", "code", "found"),
    [
        ({"nature": "autre"}, "malformed", {"nature": "enum"}),
        ({}, "malformed", {"nature": "missing"}),
        ({"nature": "premier", "inconnu": 1}, "malformed", {"inconnu": "extra_forbidden"}),
        ({"nature": "premier", "situation": "x" * 20_001}, "malformed", {"situation": "string_too_long"}),
        ({"nature": "premier", "date_signature": "2026-03-13"}, "invalid", {"date_signature": "future"}),
        ({"nature": "premier", "date_debut": "9999-12-31"}, "malformed", {"date_debut": "less_than_equal"}),
        ({"nature": "premier", "duration_months": 24}, "malformed", {"duration_months": "less_than_equal"}),
        ({"nature": "premier", "priority": "haute"}, "invalid", {"priority": "unknown-code"}),
        (
            {"nature": "premier", "objectives": [{"theme": "lune"}, {"theme": "emploi", "diagnostics": ["x"]}]},
            "invalid",
            {"objectives.0.theme": "unknown-code", "objectives.1.diagnostics": "unknown-code"},
        ),
    ],
)
async def test_what_is_not_a_cer_is_refused_by_field(
    contracts: Contracts, body: dict[str, Any], code: str, found: dict[str, str]
) -> None:
    dossier = await contracts.accompanied()

    answer = await contracts.send("POST", f"/dossiers/{dossier['id']}/cers", body)

    assert problem(answer) == (422, code)
    assert fields(answer) == found


async def test_a_deleted_proposition_leaves_its_trace_and_its_number(contracts: Contracts) -> None:
    cer = await contracts.cer()

    answer = await contracts.send("DELETE", f"/cers/{cer['id']}", version=1)

    assert answer.status_code == 204
    (told,) = await contracts.told(CerDeleted)
    assert (str(told.cer_id), told.aggregate_version) == (cer["id"], 2)
    listed = (await contracts.get(f"/dossiers/{cer['dossier_id']}/cers")).json()
    assert listed["cers"] == []
    (trace,) = listed["deleted"]
    assert (trace["id"], trace["numero"], trace["date_debut"]) == (cer["id"], 1, "2026-04-01")
    assert (trace["deleted_by"], trace["created_by"]) == (REFERENT, REFERENT)
    assert (await contracts.get(f"/cers/{cer['id']}/revisions")).json() == {"revisions": []}
    assert await contracts.scalar("SELECT count(*) FROM cer_revision") == 0
    assert (await contracts.read(cer))["situation"] == ""
    history = (await contracts.get(f"/cers/{cer['id']}/history")).json()["history"]
    assert [(line["verb"], line["actor"], line["to_state"]) for line in history] == [
        ("create", REFERENT, "proposition"),
        ("delete", REFERENT, "supprime"),
    ]


async def test_only_who_accompanies_the_person_writes_their_cer(contracts: Contracts) -> None:
    cer = await contracts.cer()
    path = f"/cers/{cer['id']}"

    async def revise(role: Role, **who: str) -> int:
        return (await contracts.send("PUT", path, COMPLETE, role, 1, **who)).status_code

    assert await revise(Role.REFERENT, subject="referent-2") == 403
    assert await revise(Role.REFERENT, territory="sud") == 404
    assert await revise(Role.SERVICE_INSERTION) == 403
    assert await revise(Role.SECRETARIAT) == 403
    unaccompanied = await contracts.person("42")
    refused = await contracts.send("POST", f"/dossiers/{unaccompanied['id']}/cers", COMPLETE)
    assert problem(refused) == (403, "forbidden")


async def test_a_secretary_reads_dates_and_states_without_the_social_texts(contracts: Contracts) -> None:
    cer = await contracts.cer(note=CANARY, requests=["ep"])

    seen = await contracts.read(cer, Role.SECRETARIAT)

    assert (seen["state"], seen["date_debut"], seen["texts_hidden"]) == ("proposition", "2026-04-01", True)
    hidden = ("situation", "evaluation", "objectives", "expression", "requests", "note", "decision")
    assert [seen[name] for name in hidden] == [None] * len(hidden)
    assert (await contracts.get(f"/cers/{cer['id']}/history", Role.SECRETARIAT)).status_code == 403


async def test_the_note_is_for_its_author_and_the_insertion_service(contracts: Contracts) -> None:
    cer = await contracts.cer(note=CANARY)

    async def note(role: Role, **who: str) -> Any:
        return (await contracts.get(f"/cers/{cer['id']}", role, **who)).json()["note"]

    assert await note(Role.REFERENT) == CANARY
    assert await note(Role.REFERENT, subject="referent-2") is None
    assert await note(Role.SERVICE_INSERTION) == CANARY
    assert await note(Role.CHEF_DE_SERVICE) == CANARY
    assert await note(Role.SECRETARIAT) is None


async def test_the_note_leaves_the_service_by_no_event(contracts: Contracts) -> None:
    cer = await contracts.cer(accord="oui", note=CANARY)
    await contracts.send("POST", f"/cers/{cer['id']}/submission")

    async with contracts.database.read() as session:
        rows = (await session.execute(text("SELECT payload, headers::text FROM outbox"))).all()
    opened = await contracts.told(CerSubmitted)

    words = [contracts.keys.open(CerContent, event.content).model_dump_json() for event in opened]
    words += [contracts.keys.open(Identity, event.identity).model_dump_json() for event in opened]
    assert rows
    assert words
    assert not any(CANARY in str(part) for row in rows for part in (row[0].decode(), row[1]))
    assert not any(CANARY in word for word in words)
    assert MOBILE.replace(" ", "")[1:] not in str(rows)


async def test_dernier_contrat_is_set_on_the_record(contracts: Contracts) -> None:
    cer = await contracts.cer()
    path = f"/cers/{cer['id']}/dernier-contrat"

    by_service = await contracts.send("PUT", path, {"dernier_contrat": True}, Role.SERVICE_INSERTION, 1)
    by_secretary = await contracts.send("PUT", path, {"dernier_contrat": False}, Role.SECRETARIAT, 2)

    assert (by_service.json()["dernier_contrat"], by_service.headers["etag"]) == (True, '"2"')
    assert by_secretary.status_code == 403
    history = (await contracts.get(f"/cers/{cer['id']}/history")).json()["history"]
    assert (history[-1]["verb"], history[-1]["details"]) == ("set_dernier_contrat", {"value": True})

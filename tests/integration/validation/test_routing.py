"""Routing many studies at once, and the rules from which their routes are proposed."""

import asyncio
from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import text

from services.contracts.domain.reference.shipped.lists import LISTS
from shared.events.reference import TerritoryChanged
from shared.events.validation import CerSentToChefDeService, CerSentToCommission
from shared.security.principal import Role
from tests.builders.events import TERRITORY, sample
from tests.integration.validation.conftest import Validation

pytestmark = pytest.mark.integration

SUSPENDED = {
    "label": "Suspension : équipe pluridisciplinaire",
    "conditions": {"priorities": ["suspension_en_cours"]},
    "to": "commission",
    "kind": "ep",
}


async def studies(validation: Validation, number: int) -> list[dict[str, Any]]:
    return [await validation.open_study(cer_id=uuid4()) for _ in range(number)]


def item(study: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {"study_id": study["id"], "version": study["version"], "to": "commission", "kind": "ep"} | changes


async def route(validation: Validation, mode: str, *items: dict[str, Any], **headers: str) -> httpx.Response:
    body = {"mode": mode, "items": list(items)}
    return await validation.post("/studies/routing", body, Role.SERVICE_INSERTION, **headers)


async def add_rule(validation: Validation, **changes: Any) -> httpx.Response:
    return await validation.post("/routing-rules", SUSPENDED | changes, Role.ADMIN)


async def states(validation: Validation) -> dict[str, str]:
    return {line["id"]: line["state"] for line in (await validation.get("/studies?limit=200")).json()["studies"]}


async def test_many_are_routed_at_once_each_where_it_is_wanted(validation: Validation) -> None:
    first, second, third = await studies(validation, 3)
    chef = {"to": "chef_de_service", "kind": None}

    answer = await route(validation, "all", item(first), item(second, **chef), item(third, kind="gad"))

    assert answer.status_code == 200, answer.text
    assert (answer.json()["done"], answer.json()["refused"]) == (3, 0)
    assert await states(validation) == {
        first["id"]: "en_commission", second["id"]: "attente_decision", third["id"]: "en_commission",
    }  # fmt: skip
    told = [one for one in await validation.told() if isinstance(one, CerSentToCommission | CerSentToChefDeService)]
    assert [str(one.study_id) for one in told] == [first["id"], second["id"], third["id"]]


async def test_all_or_nothing_does_nothing_and_says_of_each_why(validation: Validation) -> None:
    first, second, third = await studies(validation, 3)

    answer = await route(
        validation,
        "all",
        item(first),
        item(second, version=9),
        item(third, kind="x"),
        item(first, study_id=str(uuid4())),
    )

    assert (answer.status_code, answer.json()["type"]) == (409, "urn:cer:problem:refused-together")
    assert {one["field"]: one["code"] for one in answer.json()["errors"]} == {
        "items.1": "race-lost", "items.2": "unknown-commission-kind", "items.3": "not-found",
    }  # fmt: skip
    assert set((await states(validation)).values()) == {"a_orienter"}
    assert [one.name() for one in await validation.told()] == ["StudyOpened"] * 3


async def test_each_has_its_own_result_and_the_same_request_again_the_same_answer(validation: Validation) -> None:
    first, second = await studies(validation, 2)
    asked = (item(second, version=9), item(first))

    answers = [await route(validation, "each", *asked, Idempotency_Key="many") for _ in range(2)]

    assert answers[0].json() == answers[1].json()
    refused, done = answers[0].json()["results"]
    assert (refused["study_id"], refused["done"], refused["problem"]["type"]) == (
        second["id"], False, "urn:cer:problem:race-lost",
    )  # fmt: skip
    assert (done["study_id"], done["state"], done["version"]) == (first["id"], "en_commission", 2)
    assert sum(isinstance(one, CerSentToCommission) for one in await validation.told()) == 1


async def test_five_hundred_are_routed_and_one_more_is_refused(validation: Validation) -> None:
    study = await validation.open_study()
    async with validation.database.begin() as uow:
        columns = "numero,nature,state,since,version,submission,submitted_at,revision,territory,referent_id,priority"
        columns += ",requests,accord,date_debut,identity,referent,accord_rank,priority_rank,dossier_id"
        await uow.session.execute(
            text(
                f"INSERT INTO study (id, cer_id, {columns}) SELECT gen_random_uuid(), gen_random_uuid(), {columns} "
                "FROM study, generate_series(1, 500)"
            )
        )
        ids = (await uow.session.execute(text("SELECT id FROM study"))).scalars().all()
    lines = [item(study, study_id=str(one)) for one in ids]

    too_many = await route(validation, "all", *lines)
    assert too_many.status_code == 422
    assert (await route(validation, "all", *lines[:500])).json()["done"] == 500
    assert (await validation.get("/studies/counts")).json()["by_state"] == {"a_orienter": 1, "en_commission": 500}


async def test_a_study_named_twice_is_refused(validation: Validation) -> None:
    (study,) = await studies(validation, 1)

    answer = await route(validation, "each", item(study), item(study, to="chef_de_service", kind=None))

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "items.1.study_id"


async def test_two_agents_who_route_the_same_ones_in_other_orders_do_not_block_each_other(
    validation: Validation,
) -> None:
    lines = [item(study) for study in await studies(validation, 10)]
    to_chef = [line | {"to": "chef_de_service", "kind": None} for line in reversed(lines)]

    answers = await asyncio.gather(route(validation, "all", *lines), route(validation, "all", *to_chef))

    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert len(set((await states(validation)).values())) == 1


async def test_a_rule_is_proposed_with_its_reason_until_it_is_taken_out(validation: Validation) -> None:
    asked = await validation.open_study(cer_id=uuid4(), requests=("gad",))
    assert asked["proposal"]["kind"] == "gad"
    assert "Passage en GAD" in asked["proposal"]["reason"]
    added = await add_rule(validation)
    assert (added.status_code, added.headers["etag"]) == (201, '"1"')
    (rule,) = added.json()["rules"]

    suspended = await validation.open_study(cer_id=uuid4(), priority="suspension_en_cours", requests=("gad",))
    assert suspended["proposal"] == {
        "to": "commission", "kind": "ep", "rule_id": rule["id"], "reason": f"Règle n° 1 : {SUSPENDED['label']}",
    }  # fmt: skip

    gone = await validation.client.delete(
        f"/routing-rules/{rule['id']}", headers=validation.issuer.headers(Role.ADMIN) | {"If-Match": '"1"'}
    )
    assert (gone.status_code, gone.json()) == (200, {"version": 2, "rules": []})
    again = (await validation.get(f"/studies/{suspended['id']}")).json()
    assert again["proposal"]["kind"] == "gad"
    versions = (await validation.get("/routing-rules/versions", Role.ADMIN)).json()["versions"]
    assert [(one["version"], len(one["rules"]), one["by"]) for one in versions] == [
        (2, 0, "agent-test"), (1, 1, "agent-test"),
    ]  # fmt: skip


async def test_rules_are_changed_and_reordered_by_who_saw_their_last_version(validation: Validation) -> None:
    first = (await add_rule(validation)).json()["rules"][0]["id"]
    second = (await add_rule(validation, label="Refus", conditions={"accords": ["non"]})).json()["rules"][1]["id"]
    headers = validation.issuer.headers(Role.ADMIN)

    stale = await validation.client.put(
        f"/routing-rules/{first}", json=SUSPENDED, headers=headers | {"If-Match": '"1"'}
    )
    assert (stale.status_code, stale.json()["type"]) == (412, "urn:cer:problem:race-lost")
    changed = await validation.client.put(
        f"/routing-rules/{first}", json=SUSPENDED | {"kind": "gei"}, headers=headers | {"If-Match": '"2"'}
    )
    assert changed.json()["rules"][0]["kind"] == "gei"
    order = {"rule_ids": [second, first]}
    ordered = await validation.client.put(
        "/routing-rules/order", json=order, headers=headers | {"If-Match": changed.headers["etag"]}
    )
    assert [one["id"] for one in ordered.json()["rules"]] == [second, first]
    page = (await validation.get("/routing-rules/versions?limit=2&before=4", Role.ADMIN)).json()
    assert ([one["version"] for one in page["versions"]], page["next"]) == ([3, 2], 2)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"conditions": {"territories": ["nulle_part"]}}, "unknown-codes"),
        ({"conditions": {"requests": ["nulle_part"]}}, "unknown-codes"),
        ({"kind": "nulle_part"}, "unknown-commission-kind"),
        ({"kind": None}, "rule-incoherent"),
    ],
)
async def test_a_rule_of_unknown_codes_is_refused_and_makes_no_version(
    validation: Validation, changes: dict[str, Any], code: str
) -> None:
    answer = await add_rule(validation, **changes)

    assert (answer.status_code, answer.json()["type"]) == (422, f"urn:cer:problem:{code}")
    assert answer.json()["errors"]
    assert (await validation.get("/routing-rules")).json() == {"version": 0, "rules": []}


async def test_a_rule_may_name_a_territory_that_was_told_or_that_a_study_has(validation: Validation) -> None:
    told = sample(TerritoryChanged, territory="privas")
    assert [await validation.hear(told), await validation.hear(told)] == ["done", "stale"]
    await validation.open_study()

    assert (await add_rule(validation, conditions={"territories": ["privas", TERRITORY]})).status_code == 201


async def test_the_lists_that_are_there_from_the_start_are_those_that_contracts_ships(validation: Validation) -> None:
    async with validation.database.read() as session:
        rows = (await session.execute(text("SELECT id, entries FROM kept_list"))).all()
    kept = {row.id: {entry["id"]: entry["labels"][-1]["label"] for entry in row.entries} for row in rows}

    shipped = {one.name.value: {entry.code: entry.labels[-1].words for entry in one.entries} for one in LISTS}
    assert kept == {name: entries for name, entries in shipped.items() if name in kept}

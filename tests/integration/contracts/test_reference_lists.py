"""Lists kept by the admin: changed over HTTP, versioned, told, never losing what a CER holds."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from services.contracts.adapters.repository import stores_of
from services.contracts.domain.reference.lists import ListName
from services.contracts.domain.reference.shipped.lists import LISTS
from shared.events.reference import ListChanged
from shared.security.principal import Role
from tests.integration.contracts.conftest import COMPLETE, Contracts

pytestmark = pytest.mark.integration


def entry(view: dict[str, Any], code: str) -> dict[str, Any]:
    return next(dict(one) for one in view["entries"] if one["code"] == code)


async def put(contracts: Contracts, name: str, code: str, version: int, **body: Any) -> Any:
    return await contracts.send("PUT", f"/lists/{name}/entries/{code}", body, Role.ADMIN, version)


async def theme(contracts: Contracts, code: str, role: Role = Role.REFERENT) -> dict[str, Any]:
    return entry((await contracts.get("/lists/themes", role)).json(), code)


async def test_a_migrated_database_has_exactly_the_shipped_lists(contracts: Contracts) -> None:
    async with contracts.database.read() as session:
        kept = await stores_of(session).reference.lists()

    assert kept == list(LISTS)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.PARTNER])
async def test_every_agent_reads_the_lists(contracts: Contracts, role: Role) -> None:
    answer = await contracts.get("/lists", role)

    assert answer.status_code == 200
    assert [one["name"] for one in answer.json()["lists"]] == [name.value for name in ListName]


async def test_only_the_admin_changes_them(contracts: Contracts) -> None:
    for role in set(Role) - {Role.ADMIN}:
        refused = await contracts.send("PUT", "/lists/themes/entries/climat", {"label": "Climat"}, role, 1)
        assert refused.status_code == 403, role
    assert (await contracts.get("/lists", Role.PARTNER)).status_code == 403


async def test_an_added_theme_is_used_at_the_next_request_and_told(contracts: Contracts) -> None:
    dossier = await contracts.accompanied()
    objectives = [{**COMPLETE["objectives"][0], "theme": "climat"}]
    path, body = f"/dossiers/{dossier['id']}/cers", {**COMPLETE, "objectives": objectives}
    assert (await contracts.send("POST", path, body)).status_code == 422

    added = await put(contracts, "themes", "climat", 1, label="Transition écologique")

    assert (added.status_code, added.headers["etag"], added.json()["version"]) == (200, '"2"', 2)
    assert (await contracts.send("POST", path, body)).status_code == 201
    (told,) = await contracts.told(ListChanged)
    assert (told.list_id, told.aggregate_version, len(told.entries)) == ("themes", 2, 16)
    assert told.entries[-1].labels[0].label == "Transition écologique"


async def test_a_deactivated_code_is_kept_by_the_cer_that_holds_it_and_refused_elsewhere(contracts: Contracts) -> None:
    cer = await contracts.cer()
    yesterday = (contracts.clock.now() - timedelta(days=1)).date().isoformat()
    assert (await put(contracts, "themes", "emploi", 1, label="Emploi", usable_until=yesterday)).status_code == 200

    kept = await contracts.send("PUT", f"/cers/{cer['id']}", {**COMPLETE, "expression": "Autre."}, version=1)
    new = await contracts.send("POST", f"/dossiers/{cer['dossier_id']}/cers", COMPLETE)

    assert kept.status_code == 200
    assert new.status_code == 422
    assert new.json()["errors"][0] == {
        "field": "objectives.0.theme",
        "code": "code-no-longer-usable",
        "message": "Ce thème (« Emploi ») ne se choisit plus depuis le 11/03/2026.",
    }
    assert (await theme(contracts, "emploi"))["usable"] is False


async def test_a_list_tells_labels_and_usability_of_the_day_asked_about(contracts: Contracts) -> None:
    await put(contracts, "themes", "emploi", 1, label="Travail", label_since="2026-05-01", usable_until="2026-12-31")

    seen = [
        entry((await contracts.get(f"/lists/themes?on={day}")).json(), "emploi")
        for day in ("2026-04-30", "2026-05-01", "2027-01-01")
    ]

    assert [(one["label"], one["usable"]) for one in seen] == [("Emploi", True), ("Travail", True), ("Travail", False)]


async def test_what_a_cer_holds_is_not_removed_and_the_refusal_says_where(contracts: Contracts) -> None:
    cer = await contracts.cer()

    refused = await contracts.send("DELETE", "/lists/themes/entries/emploi", role=Role.ADMIN, version=1)

    assert (refused.status_code, refused.json()["type"]) == (409, "urn:cer:problem:entry-in-use")
    assert "utilisé dans 1 CER" in refused.json()["detail"]
    other = {**COMPLETE, "objectives": [{**COMPLETE["objectives"][0], "theme": "sante"}]}
    assert (await contracts.send("PUT", f"/cers/{cer['id']}", other, version=1)).status_code == 200
    still = await contracts.send("DELETE", "/lists/themes/entries/emploi", role=Role.ADMIN, version=1)
    assert "a déjà servi dans un CER" in still.json()["detail"]
    assert await contracts.told(ListChanged) == []


@pytest.mark.parametrize(
    ("name", "code"), [("priorities", "normale"), ("requests", "ep"), ("diagnostics", "regain"), ("themes", "sante")]
)
async def test_uses_are_found_in_every_list(contracts: Contracts, name: str, code: str) -> None:
    objective = {**COMPLETE["objectives"][0], "theme": "sante", "diagnostics": ["regain"]}
    await contracts.cer(requests=["ep"], objectives=[objective])

    refused = await contracts.send("DELETE", f"/lists/{name}/entries/{code}", role=Role.ADMIN, version=1)

    assert "utilisé dans 1 CER" in refused.json()["detail"]


async def test_what_nothing_used_is_removed_and_its_history_stays(contracts: Contracts) -> None:
    await put(contracts, "themes", "climat", 1, label="Climat")

    removed = await contracts.send("DELETE", "/lists/themes/entries/climat", role=Role.ADMIN, version=2)
    history = (await contracts.get("/lists/themes/history", Role.ADMIN)).json()["history"]

    assert (removed.status_code, len(removed.json()["entries"])) == (200, 15)
    assert [(one["version"], one["verb"], one["code"], one["actor"]) for one in history] == [
        (2, "add", "climat", "admin-nord"),
        (3, "remove", "climat", "admin-nord"),
    ]
    assert history[0]["after"]["labels"] == [{"since": "2026-03-12", "label": "Climat"}]


async def test_an_order_is_kept(contracts: Contracts) -> None:
    before = [one["code"] for one in (await contracts.get("/lists/requests")).json()["entries"]]

    changed = await contracts.send("PUT", "/lists/requests/order", {"codes": before[::-1]}, Role.ADMIN, 1)

    assert changed.status_code == 200
    assert [one["code"] for one in (await contracts.get("/lists/requests")).json()["entries"]] == before[::-1]
    again = await contracts.send("PUT", "/lists/requests/order", {"codes": before[::-1]}, Role.ADMIN, 2)
    assert again.json()["version"] == 2


async def test_of_two_admins_at_once_one_wins(contracts: Contracts) -> None:
    codes = [f"theme_{number}" for number in range(6)]

    answers = await asyncio.gather(*(put(contracts, "themes", code, 1, label=code) for code in codes))

    assert sorted(answer.status_code for answer in answers) == [200, 412, 412, 412, 412, 412]
    assert len((await contracts.get("/lists/themes")).json()["entries"]) == 16
    assert len(await contracts.told(ListChanged)) == 1


async def test_a_code_taken_up_while_it_is_removed_is_lost_by_one_of_the_two(contracts: Contracts) -> None:
    dossier = await contracts.accompanied()
    for number in range(5):
        code = f"theme_{number}"
        version = (await contracts.get("/lists/themes")).json()["version"]
        await put(contracts, "themes", code, version, label=code)
        body = {**COMPLETE, "objectives": [{**COMPLETE["objectives"][0], "theme": code}]}

        written, removed = await asyncio.gather(
            contracts.send("POST", f"/dossiers/{dossier['id']}/cers", body),
            contracts.send("DELETE", f"/lists/themes/entries/{code}", role=Role.ADMIN, version=version + 1),
        )

        kept = [one["code"] for one in (await contracts.get("/lists/themes")).json()["entries"]]
        assert (written.status_code == 201) is (code in kept) is (removed.status_code == 409)


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "kind"),
    [
        ("PUT", "/lists/jours/entries/lundi", {"label": "Lundi"}, 404, "unknown-list"),
        ("DELETE", "/lists/themes/entries/lundi", None, 404, "unknown-entry"),
        ("PUT", "/lists/themes/entries/Lundi!", {"label": "Lundi"}, 422, "malformed"),
        ("PUT", "/lists/themes/entries/lundi", {"label": "  "}, 422, "malformed"),
        ("PUT", "/lists/themes/entries/lundi", {"label": "Lundi", "label_since": "2026-03-11"}, 422, "past-effect"),
        ("PUT", "/lists/themes/entries/lundi", {"label": "Lundi", "rank": 3}, 422, "invalid"),
        ("PUT", "/lists/natures/entries/lundi", {"label": "Lundi"}, 409, "fixed-list"),
        ("PUT", "/lists/themes/order", {"codes": ["emploi"]}, 422, "invalid"),
        ("DELETE", "/lists/commission-kinds/entries/ep", None, 409, "entry-in-use"),
    ],
)
async def test_what_cannot_be_is_refused_by_name(
    contracts: Contracts, *, method: str, path: str, body: Any, status: int, kind: str
) -> None:
    refused = await contracts.send(method, path, body, Role.ADMIN, version=1)

    assert (refused.status_code, refused.json()["type"]) == (status, f"urn:cer:problem:{kind}")
    assert await contracts.told(ListChanged) == []


async def test_a_change_without_the_version_seen_is_refused(contracts: Contracts) -> None:
    refused = await contracts.send("PUT", "/lists/themes/entries/climat", {"label": "Climat"}, Role.ADMIN)

    assert refused.status_code == 428

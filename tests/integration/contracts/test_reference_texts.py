"""Legal texts and prompts: asked by day, changed from a date of effect, told; territories and their offices."""

import asyncio
from typing import Any

import pytest

from services.contracts.adapters.repository import stores_of
from services.contracts.application.queries.reference import told_now
from services.contracts.domain.reference.rules import InactiveTerritory, UnknownTerritory
from services.contracts.domain.reference.shipped.prompts import PROMPTS
from services.contracts.domain.reference.shipped.texts import LEGAL_TEXTS
from services.contracts.domain.reference.texts import Zone
from shared.events.contracts import CerReadyToSign
from shared.events.reference import ListChanged, TerritoryChanged, TextChanged
from shared.security.principal import Role
from tests.integration.contracts.conftest import Contracts

pytestmark = pytest.mark.integration

TITLE = "/texts/cer-title"
NORTH = {
    "name": "Territoire Nord",
    "offices": [{"name": "Maison du Département", "address": ["2 rue de l'Exemple"], "telephone": "04 65 71 00 02"}],
}


async def reword(contracts: Contracts, version: int, words: str, effect: str | None = None) -> Any:
    body = {"paragraphs": [words], "effect": effect}
    return await contracts.send("POST", TITLE, body, Role.ADMIN, version)


async def titles(contracts: Contracts, *days: str) -> list[str]:
    return [(await contracts.get(f"/texts?on={day}")).json()["texts"]["cer-title"]["paragraphs"][0] for day in days]


async def test_both_names_of_the_contract_are_shipped_from_their_day(contracts: Contracts) -> None:
    assert await titles(contracts, "2024-12-31", "2025-01-01") == [
        "Contrat d'engagements réciproques",
        "Contrat d'engagement",
    ]
    assert (await contracts.get("/texts?on=2001-01-01")).json()["texts"]["cer-title"] is None


async def test_a_new_version_is_in_force_from_its_effect_and_told(contracts: Contracts) -> None:
    answer = await reword(contracts, 2, "Contrat", "2026-06-01")

    assert (answer.status_code, answer.headers["etag"]) == (201, '"3"')
    assert await titles(contracts, "2026-05-31", "2026-06-01") == ["Contrat d'engagement", "Contrat"]
    (told,) = await contracts.told(TextChanged)
    assert (told.text_id, told.family, told.aggregate_version, told.paragraphs) == (
        "cer-title",
        "legal",
        3,
        ("Contrat",),
    )
    kept = (await contracts.get(TITLE)).json()["wordings"]
    assert [(one["version"], one["actor"]) for one in kept][1:] == [(2, "service:contracts"), (3, "admin-nord")]


async def test_what_was_in_force_is_not_rewritten(contracts: Contracts) -> None:
    refused = await reword(contracts, 2, "Contrat", "2026-03-11")

    assert (refused.status_code, refused.json()["type"]) == (422, "urn:cer:problem:past-effect")
    assert (await contracts.send("POST", "/texts/inconnu", {"paragraphs": ["x"]}, Role.ADMIN, 1)).status_code == 404


async def test_of_two_admins_who_reword_at_once_one_wins(contracts: Contracts) -> None:
    answers = await asyncio.gather(*(reword(contracts, 2, f"Contrat {number}") for number in range(4)))

    assert sorted(answer.status_code for answer in answers) == [201, 412, 412, 412]
    assert len((await contracts.get(TITLE)).json()["wordings"]) == 3


async def test_a_signature_pins_the_version_of_the_date_de_signature(contracts: Contracts) -> None:
    cer = await contracts.cer()
    await reword(contracts, 2, "Contrat nouveau")

    assert (await contracts.send("POST", f"/cers/{cer['id']}/signature")).status_code == 202

    (told,) = await contracts.told(CerReadyToSign)
    assert {one.text_id: one.version for one in told.pinned_texts}["cer-title"] == 3


async def test_prompts_are_those_of_the_guide_until_the_admin_changes_them(contracts: Contracts) -> None:
    shipped = (await contracts.get("/prompts")).json()["zones"]
    assert {name: tuple(one["paragraphs"]) for name, one in shipped.items()} == {
        zone.value: words for zone, words in PROMPTS.items()
    }

    changed = await contracts.send("PUT", "/prompts/situation", {"paragraphs": ["Dire l'âge."]}, Role.ADMIN, 1)

    assert (changed.status_code, changed.headers["etag"]) == (200, '"2"')
    now = (await contracts.get("/prompts")).json()["zones"]["situation"]
    assert (now["paragraphs"], now["version"], now["last_version"]) == (["Dire l'âge."], 2, 2)
    assert (await contracts.get("/prompts?on=2026-03-11")).json()["zones"]["situation"]["version"] == 1
    (told,) = await contracts.told(TextChanged)
    assert (told.text_id, told.family) == ("prompt-situation", "prompt")


async def test_prompts_are_for_those_who_write_or_read_cers(contracts: Contracts) -> None:
    allowed = set(Role) - {Role.PARTNER}

    answers = {role: (await contracts.get("/prompts", role)).status_code for role in Role}

    assert answers == {role: 200 if role in allowed else 403 for role in Role}
    refused = await contracts.send("PUT", "/prompts/situation", {"paragraphs": ["x"]}, Role.CHEF_DE_SERVICE, 1)
    assert refused.status_code == 403
    unknown = await contracts.send("PUT", "/prompts/ailleurs", {"paragraphs": ["x"]}, Role.ADMIN, 1)
    assert (unknown.status_code, unknown.json()["type"]) == (404, "urn:cer:problem:unknown-text")


async def test_a_territory_is_opened_changed_closed_and_told(contracts: Contracts) -> None:
    opened = await contracts.send("POST", "/territories", {"code": "est", **NORTH}, Role.ADMIN)
    assert (opened.status_code, opened.json()["version"]) == (201, 1)
    assert opened.json()["offices"][0]["telephone"] == "04 65 71 00 02"
    again = await contracts.send("POST", "/territories", {"code": "est", **NORTH}, Role.ADMIN)
    assert again.json()["type"] == "urn:cer:problem:territory-known"

    closed = await contracts.send("PUT", "/territories/est", {**NORTH, "active": False}, Role.ADMIN, 1)

    assert (closed.status_code, closed.json()["active"]) == (200, False)
    told = await contracts.told(TerritoryChanged)
    assert [(one.territory, one.active, one.aggregate_version) for one in told] == [("est", True, 1), ("est", False, 2)]
    assert told[0].offices[0].office_telephone == "+33465710002"
    history = (await contracts.get("/territories/est/history", Role.ADMIN)).json()["history"]
    assert [one["verb"] for one in history] == ["add", "change"]


async def test_an_import_for_an_unknown_or_closed_territory_is_refused_by_name(contracts: Contracts) -> None:
    with pytest.raises(UnknownTerritory):
        await contracts.import_foyers(territory="nulle_part")
    await contracts.send("PUT", "/territories/sud", {"name": "Sud", "active": False}, Role.ADMIN, 1)
    with pytest.raises(InactiveTerritory):
        await contracts.import_foyers(territory="sud")
    assert (await contracts.import_foyers(territory=None)).refused == []


async def test_a_territory_is_removed_only_when_nothing_holds_it(contracts: Contracts) -> None:
    await contracts.person()

    refused = await contracts.send("DELETE", "/territories/nord", role=Role.ADMIN, version=1)
    kept = await contracts.send("DELETE", "/territories/non_affecte", role=Role.ADMIN, version=1)
    gone = await contracts.send("DELETE", "/territories/sud", role=Role.ADMIN, version=1)

    assert (refused.status_code, refused.json()["type"]) == (409, "urn:cer:problem:territory-in-use")
    assert "1 dossier" in refused.json()["detail"]
    assert kept.json()["type"] == "urn:cer:problem:unassigned-is-kept"
    assert gone.status_code == 204
    assert (await contracts.get("/territories/sud")).status_code == 404


async def test_of_two_admins_who_open_the_same_territory_one_wins(contracts: Contracts) -> None:
    body = {"code": "est", "name": "Est"}

    answers = await asyncio.gather(*(contracts.send("POST", "/territories", body, Role.ADMIN) for _ in range(4)))

    assert [answer.status_code for answer in answers].count(201) == 1
    assert {answer.status_code for answer in answers} <= {201, 409, 412}


async def test_all_that_stands_can_be_told_again(contracts: Contracts) -> None:
    async with contracts.database.read() as session:
        told = await told_now(stores_of(session))

    texts = [event for event in told if isinstance(event, TextChanged)]
    assert len([event for event in told if isinstance(event, ListChanged)]) == 8
    assert len(texts) == sum(len(wordings) for wordings in LEGAL_TEXTS.values()) + len(Zone)
    assert {event.territory for event in told if isinstance(event, TerritoryChanged)} == {"non_affecte", "nord", "sud"}

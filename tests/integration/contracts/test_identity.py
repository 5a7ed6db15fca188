"""All the fields of a dossier over HTTP: changed by whom may, made by hand, each change kept with its origin."""

from datetime import UTC, datetime
from typing import Any

import pytest

from services.contracts.domain.imports.flow import ReadFoyer, ReadPerson
from shared.events.contracts import DossierChanged
from shared.security.principal import Role
from tests.builders import contracts as a
from tests.integration.contracts.conftest import MOBILE, REFERENT, Contracts

pytestmark = pytest.mark.integration

IDENTITY: dict[str, Any] = {
    "civilite": "Mme",
    "sexe": "F",
    "nom_naissance": "Essai",
    "nom_usage": "Exemple",
    "prenoms": ["Jeanne", "Zoé"],
    "date_naissance": "1990-04-05",
    "adresse": ["2 rue Neuve", "07200 Aubenas"],
    "situation_familiale": "MAR",
    "date_entree_rsa": "2024-09-01",
}
NEW = {**IDENTITY, "organisme": "CAF", "numero_organisme": "071", "matricule": "0044444"}


async def test_an_identity_is_changed_by_whom_may_and_each_change_is_kept(contracts: Contracts) -> None:
    dossier = await contracts.accompanied()
    path = f"/dossiers/{dossier['id']}"

    async def change(role: Role, version: int = 3, **who: str) -> int:
        return (await contracts.send("PUT", f"{path}/identity", IDENTITY, role, version, **who)).status_code

    assert await change(Role.REFERENT, subject="referent-2") == 403
    assert await change(Role.CHEF_DE_SERVICE) == 403
    assert await change(Role.SECRETARIAT, territory="sud") == 404
    assert await change(Role.REFERENT) == 200
    assert await change(Role.SERVICE_INSERTION, 4) == 200

    now = (await contracts.get(path)).json()
    assert {name: now[name] for name in IDENTITY} == IDENTITY
    assert now["version"] == 4
    history = (await contracts.get(f"{path}/history")).json()["changes"]
    usage = next(one for one in history if one["field"] == "nom_usage")
    assert (usage["before"], usage["after"], usage["by"], usage["origin"]) == (None, "Exemple", REFERENT, "agent")
    assert [(one["field"], one["origin"]) for one in history[-4:]] == [
        ("telephone", "agent"),
        ("mail", "agent"),
        ("referent", "agent"),
        ("registered", "flow"),
    ]
    assert (await contracts.get(f"{path}/history", territory="sud", subject="x")).status_code == 404


async def test_a_history_is_read_page_by_page_and_says_what_the_flow_changed(contracts: Contracts) -> None:
    dossier = await contracts.accompanied()
    moved = a.person(adresse=("9 RUE DU PORT", "07000 PRIVAS"))
    await contracts.import_foyers(ReadFoyer(1, a.household(), (ReadPerson(2, moved),), 0))

    seen, after = [], 0
    while after is not None:
        page = (await contracts.get(f"/dossiers/{dossier['id']}/history?limit=2&after={after}")).json()
        seen += [(one["field"], one["origin"]) for one in page["changes"]]
        after = page["next"]

    assert seen[0] == ("adresse", "flow")
    assert len(seen) == len(set(seen)) == 5


async def test_a_landline_is_kept_beside_the_mobile(contracts: Contracts) -> None:
    dossier = await contracts.accompanied()
    path = f"/dossiers/{dossier['id']}/contact"
    both = {"mail": None, "telephone": MOBILE, "fixe": "04 65 71 00 01"}

    kept = (await contracts.send("PUT", path, both, version=3)).json()
    unsaid = (await contracts.send("PUT", path, {"mail": None, "telephone": MOBILE}, version=4)).json()
    wrong = await contracts.send("PUT", path, {**both, "fixe": MOBILE}, version=4)

    assert (kept["contact"]["telephone_shown"], kept["contact"]["fixe_shown"]) == (MOBILE, "04 65 71 00 01")
    assert unsaid["contact"]["fixe"] == "+33465710001"
    assert wrong.json()["errors"][0]["code"] == "mobile-as-landline"
    assert len((await contracts.get("/dossiers?q=0465710001")).json()["dossiers"]) == 1
    abroad = await contracts.send("PUT", path, {"mail": None, "telephone": "+32 470 12 34 56"}, version=4)
    assert abroad.json()["contact"]["telephone_shown"] == "+32 470 12 34 56"


async def test_an_orientation_of_today_in_paris_is_taken_though_it_is_still_yesterday_in_utc(
    contracts: Contracts,
) -> None:
    dossier = await contracts.accompanied()
    contracts.clock.instant = datetime(2026, 7, 13, 22, 30, tzinfo=UTC)  # 14 July, 0:30 in Paris
    path, now = f"/dossiers/{dossier['id']}/orientation", dossier["version"]

    tomorrow = await contracts.send("PUT", path, {"orientation": "sociale", "since": "2026-07-15"}, version=now)
    today = await contracts.send("PUT", path, {"orientation": "sociale", "since": "2026-07-14"}, version=now)

    assert (tomorrow.status_code, tomorrow.json()["errors"][0]["code"]) == (422, "in-the-future")
    assert (today.status_code, today.json()["orientation_since"]) == (200, "2026-07-14")


async def test_a_move_and_an_orientation_are_recorded_and_told(contracts: Contracts) -> None:
    dossier = await contracts.accompanied()
    path = f"/dossiers/{dossier['id']}"

    refused = await contracts.send("PUT", f"{path}/territory", {"territory": "sud"}, version=3)
    moved = await contracts.send("PUT", f"{path}/territory", {"territory": "sud"}, Role.SECRETARIAT, version=3)
    future = await contracts.send(
        "PUT", f"{path}/orientation", {"orientation": "sociale", "since": "2027-01-01"}, version=4
    )
    oriented = await contracts.send(
        "PUT", f"{path}/orientation", {"orientation": "sociale", "since": "2026-03-01"}, version=4
    )

    assert (refused.status_code, moved.status_code, future.status_code) == (403, 200, 422)
    assert (oriented.json()["orientation"], oriented.json()["orientation_since"]) == ("sociale", "2026-03-01")
    assert [(one.territory, one.changed) for one in await contracts.told(DossierChanged)][-2:] == [
        ("sud", ("territory",)),
        ("sud", ("orientation",)),
    ]
    unknown = await contracts.send("PUT", f"{path}/orientation", {"orientation": "x", "since": "2026-03-01"}, version=5)
    assert unknown.status_code == 422


async def test_a_dossier_made_by_hand_is_the_one_that_the_flow_finds_later(contracts: Contracts) -> None:
    made = await contracts.send("POST", "/dossiers", {**NEW, "telephone": MOBILE})
    again = await contracts.send("POST", "/dossiers", NEW)
    flow = a.person(nom_naissance="ESSAI", prenoms=("JEANNE",))
    report = await contracts.import_foyers(ReadFoyer(1, a.household("0044444"), (ReadPerson(2, flow),), 0))

    assert (made.status_code, made.json()["territory"], made.headers["etag"]) == (201, "nord", '"1"')
    assert again.json()["type"] == "urn:cer:problem:person-already-known"
    assert (report.created, report.changed) == (0, 1)
    now = (await contracts.get(f"/dossiers/{made.json()['id']}")).json()
    assert (now["nom_naissance"], now["contact"]["telephone_shown"]) == ("ESSAI", MOBILE)


async def test_a_dossier_made_by_hand_may_wait_for_its_matricule(contracts: Contracts) -> None:
    sent = {**NEW, "matricule": None}

    first = await contracts.send("POST", "/dossiers", sent)
    nowhere = await contracts.send("POST", "/dossiers", sent, Role.SERVICE_INSERTION)
    elsewhere = await contracts.send("POST", "/dossiers", {**sent, "territory": "sud"})
    future = await contracts.send("POST", "/dossiers", {**sent, "date_naissance": "2027-01-01"})

    assert first.json()["matricule"].startswith("provisoire-")
    assert nowhere.json()["type"] == "urn:cer:problem:territory-missing"
    assert (elsewhere.status_code, future.status_code) == (404, 422)


async def test_a_dossier_made_by_hand_is_given_its_matricule_and_the_flow_finds_it(contracts: Contracts) -> None:
    made = (await contracts.send("POST", "/dossiers", {**NEW, "matricule": None})).json()
    path = f"/dossiers/{made['id']}/household"
    home = {"organisme": "CAF", "numero_organisme": "071", "matricule": "0044444"}

    stale = await contracts.send("PUT", path, home, Role.SECRETARIAT, version=9)
    elsewhere = await contracts.send("PUT", path, home, Role.SECRETARIAT, version=1, territory="sud")
    provisional = await contracts.send(
        "PUT", path, {**home, "matricule": made["matricule"]}, Role.SECRETARIAT, version=1
    )
    stranger = await contracts.send("PUT", path, home, version=1)
    given = await contracts.send("PUT", path, home, Role.SECRETARIAT, version=1)
    same = await contracts.send("PUT", path, home, Role.SECRETARIAT, version=2)
    flow = a.person(nom_naissance="ESSAI", prenoms=("JEANNE",))
    report = await contracts.import_foyers(ReadFoyer(1, a.household("0044444"), (ReadPerson(2, flow),), 0))

    assert (stale.status_code, elsewhere.status_code, provisional.status_code) == (412, 404, 422)
    assert stranger.status_code == 403
    assert (given.status_code, given.json()["matricule"], given.headers["etag"]) == (200, "0044444", '"2"')
    assert same.headers["etag"] == '"2"'
    assert (report.created, report.changed) == (0, 1)
    assert next(one.changed for one in await contracts.told(DossierChanged)) == ("matricule",)


async def test_a_household_that_knows_the_person_already_takes_no_second_dossier(contracts: Contracts) -> None:
    await contracts.send("POST", "/dossiers", NEW)
    made = (await contracts.send("POST", "/dossiers", {**NEW, "matricule": None})).json()
    home = {"organisme": "CAF", "numero_organisme": "071", "matricule": "0044444"}

    refused = await contracts.send("PUT", f"/dossiers/{made['id']}/household", home, Role.SECRETARIAT, version=1)

    assert refused.json()["type"] == "urn:cer:problem:person-already-known"


async def test_an_identity_does_not_change_while_it_is_being_signed(contracts: Contracts) -> None:
    cer = await contracts.cer()
    assert (await contracts.send("POST", f"/cers/{cer['id']}/signature")).status_code < 300

    refused = await contracts.send("PUT", f"/dossiers/{cer['dossier_id']}/identity", IDENTITY, version=3)

    assert refused.json()["type"] == "urn:cer:problem:signature-under-way"


async def test_two_persons_of_a_household_do_not_become_one_by_a_correction(contracts: Contracts) -> None:
    await contracts.person()
    other = await contracts.person(nom_naissance="AUTRE", prenoms=("PAUL",))
    found = (await contracts.get("/dossiers?name=autre")).json()["dossiers"][0]
    assert other["id"]

    refused = await contracts.send(
        "PUT", f"/dossiers/{found['id']}/identity", {**IDENTITY, "prenoms": ["JEANNE"]}, Role.SECRETARIAT, version=1
    )

    assert refused.json()["type"] == "urn:cer:problem:person-already-known"

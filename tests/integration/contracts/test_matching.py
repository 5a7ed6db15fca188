"""Persons whom the flow names and no rule tells apart: kept, resolved once, remembered by the next flow."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.contracts.adapters.repository import stores_of
from services.contracts.domain.dossiers.household import Person
from services.contracts.domain.imports.flow import ReadFoyer, ReadPerson
from shared.events.contracts import DossierChanged, DossierRegistered
from shared.security.principal import Role
from tests.builders import contracts as a
from tests.builders.audit import entries
from tests.integration.contracts.conftest import Contracts

pytestmark = pytest.mark.integration

CORRECTED = a.person(date_naissance=date(1990, 5, 4))


def foyer(*persons: Person) -> ReadFoyer:
    return ReadFoyer(1, a.household(), tuple(ReadPerson(7 + place, one) for place, one in enumerate(persons)), 0)


async def waiting(contracts: Contracts, state: str = "open", role: Role = Role.SECRETARIAT, **who: str) -> list[Any]:
    answer = await contracts.get(f"/matchings?state={state}", role, **who)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["matchings"])


async def resolve(contracts: Contracts, one: dict[str, Any], role: Role = Role.SECRETARIAT, **body: Any) -> Any:
    path = f"/matchings/{one['id']}/resolution"
    return await contracts.send("POST", path, body, role, version=one["version"])


async def test_who_looks_like_a_known_person_waits_once_however_often_the_flow_names_them(contracts: Contracts) -> None:
    dossier = await contracts.person()

    first = await contracts.import_foyers(foyer(CORRECTED))
    await contracts.import_foyers(foyer(CORRECTED))

    (one,) = await waiting(contracts)
    assert [refused.code for refused in first.refused] == ["ambiguous"]
    assert (one["candidates"], one["date_naissance"], one["line"], one["source"]) == (
        [dossier["id"]],
        "1990-05-04",
        7,
        "import:cnaf",
    )
    beside = (await contracts.get(f"/matchings/{one['id']}", Role.ADMIN)).json()
    assert [line["date_naissance"] for line in beside["dossiers"]] == ["1990-04-05"]
    assert await waiting(contracts, territory="sud") == []
    assert (await contracts.get("/matchings")).status_code == 403


async def test_the_same_person_is_applied_and_known_by_the_next_flow(contracts: Contracts) -> None:
    dossier = await contracts.person()
    await contracts.import_foyers(foyer(CORRECTED))
    (one,) = await waiting(contracts)

    done = await resolve(contracts, one, decision="same", dossier_id=dossier["id"])
    again = await resolve(contracts, {**one, "version": 2}, decision="ignored")
    after = await contracts.import_foyers(foyer(CORRECTED))

    assert (done.status_code, done.json()["state"], done.json()["resolved_by"]) == (200, "same", "secretariat-nord")
    assert again.json()["type"] == "urn:cer:problem:matching-resolved"
    assert (after.unchanged, after.refused) == (1, [])
    assert (await contracts.get(f"/dossiers/{dossier['id']}")).json()["date_naissance"] == "1990-05-04"
    assert [event.changed for event in await contracts.told(DossierChanged)] == [("date_naissance",)]
    assert await waiting(contracts) == []


async def test_another_person_gets_a_dossier_of_their_own(contracts: Contracts) -> None:
    await contracts.person()
    await contracts.import_foyers(foyer(CORRECTED))
    (one,) = await waiting(contracts)

    done = await resolve(contracts, one, Role.SERVICE_INSERTION, decision="another")
    after = await contracts.import_foyers(foyer(CORRECTED))

    assert done.status_code == 200, done.text
    assert (after.unchanged, after.created) == (1, 0)
    assert len(await contracts.told(DossierRegistered)) == 2


async def test_who_is_set_aside_stays_so(contracts: Contracts) -> None:
    await contracts.person()
    await contracts.import_foyers(foyer(CORRECTED))
    (one,) = await waiting(contracts)
    await resolve(contracts, one, decision="ignored")

    report = await contracts.import_foyers(foyer(CORRECTED))

    assert [refused.code for refused in report.refused] == ["set-aside"]
    assert await waiting(contracts) == []


async def test_two_of_one_name_and_date_are_two_tasks_and_the_decision_holds(contracts: Contracts) -> None:
    dossier = await contracts.person()
    twins = foyer(a.person(), a.person(nom_usage="AUTRE"))
    await contracts.import_foyers(twins)
    tasks = {one["nom_usage"]: one for one in await waiting(contracts)}

    same = await resolve(contracts, tasks["AUTRE"], decision="same", dossier_id=dossier["id"])
    refused = await resolve(contracts, tasks[None], decision="another")
    await resolve(contracts, tasks[None], decision="ignored")
    report = await contracts.import_foyers(twins)

    assert (same.status_code, refused.json()["type"]) == (200, "urn:cer:problem:person-already-known")
    assert (report.unchanged, [one.code for one in report.refused]) == (1, ["set-aside"])
    assert (await contracts.get(f"/dossiers/{dossier['id']}")).json()["nom_usage"] == "AUTRE"


async def test_a_resolution_that_makes_no_sense_is_refused(contracts: Contracts) -> None:
    dossier = await contracts.person()
    await contracts.import_foyers(foyer(CORRECTED))
    (one,) = await waiting(contracts)

    assert (await resolve(contracts, one, decision="same")).status_code == 422
    assert (await resolve(contracts, one, decision="same", dossier_id=one["id"])).status_code == 422
    assert (await resolve(contracts, one, decision="another", dossier_id=dossier["id"])).status_code == 422
    assert (await resolve(contracts, one, decision="perhaps")).status_code == 422
    stale = await resolve(contracts, {**one, "version": 9}, decision="ignored")
    assert stale.status_code == 412
    elsewhere = await contracts.send(
        "POST",
        f"/matchings/{one['id']}/resolution",
        {"decision": "ignored"},
        Role.SECRETARIAT,
        version=one["version"],
        territory="sud",
    )
    assert elsewhere.status_code == 404


async def test_an_archived_candidate_blocks_nothing_and_is_in_the_audit(contracts: Contracts) -> None:
    dossier = await contracts.person()
    await contracts.import_foyers(foyer(CORRECTED))
    async with contracts.database.begin() as uow:
        now = contracts.clock.instant
        await stores_of(uow.session).archive.put(UUID(dossier["id"]), "x", now, now + timedelta(days=900))
    (one,) = await waiting(contracts)

    beside = await contracts.get(f"/matchings/{one['id']}", Role.SECRETARIAT)
    assert (beside.status_code, beside.json()["dossiers"]) == (200, [])
    assert (await resolve(contracts, one, decision="another", dossier_id=None)).status_code == 200

    told = {line.record.operation: line.record.dossiers for line in await entries(contracts.database)}
    for operation in ("list-matchings", "read-matching", "resolve-matching"):
        assert UUID(dossier["id"]) in told[operation]

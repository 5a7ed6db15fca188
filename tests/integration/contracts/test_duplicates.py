"""Dossiers that may be one person: found, dismissed, merged with nothing lost."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from services.contracts.adapters.repository import stores_of
from services.contracts.application.commands.duplicates import seek
from services.contracts.domain.imports.flow import ReadFoyer, ReadPerson
from shared.events.contracts import DossierMerged
from shared.kernel.errors import RaceLost
from shared.security.principal import Role
from tests.builders import contracts as a
from tests.integration.contracts.conftest import MOBILE, Contracts

pytestmark = pytest.mark.integration


async def found(contracts: Contracts, state: str = "open") -> list[Any]:
    assert await seek(contracts.database, stores_of, contracts.clock, None) is None
    answer = await contracts.get(f"/duplicates?state={state}", Role.ADMIN)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["duplicates"])


async def merge(
    contracts: Contracts, survivor: str, absorbed: str, seen: tuple[int, int], role: Role = Role.ADMIN
) -> Any:
    body = {"absorbed_id": absorbed, "absorbed_version": seen[1]}
    return await contracts.send("POST", f"/dossiers/{survivor}/merge", body, role, version=seen[0])


async def test_each_way_to_be_one_person_is_proposed_with_its_reason(contracts: Contracts) -> None:
    await contracts.person("1")
    await contracts.person("2")
    await contracts.person("3", nom_naissance="AUTRE", nom_usage="ESSAI")
    await contracts.person("4", prenoms=("JAENNE",))
    await contracts.person("5", date_naissance=date(1990, 5, 4))
    await contracts.person("6", nom_naissance="TOUTAUTRE", prenoms=("PAUL",))

    proposed = await found(contracts)
    again = await found(contracts)

    pairs = {tuple(sorted(side["dossier"]["matricule"] for side in one["sides"])): one for one in proposed}
    assert pairs["1", "2"]["reasons"] == ["same-name", "same-birth"]
    assert pairs["1", "2"]["score"] == 1
    assert pairs["1", "3"]["reasons"] == ["married-name", "same-birth"]
    assert pairs["1", "4"]["reasons"] == ["near-name", "same-birth"]
    assert pairs["1", "5"]["reasons"] == ["same-name", "inverted-birth"]
    assert not any("6" in pair for pair in pairs)
    assert [one["score"] for one in proposed] == sorted((one["score"] for one in proposed), reverse=True)
    assert len(again) == len(proposed)
    page = (await contracts.get("/duplicates?limit=2", Role.ADMIN)).json()
    rest = (await contracts.get(f"/duplicates?after={page['next']}", Role.ADMIN)).json()
    assert [one["id"] for one in page["duplicates"] + rest["duplicates"]] == [one["id"] for one in proposed]
    assert (await contracts.get("/duplicates", Role.SERVICE_INSERTION)).status_code == 403


async def test_two_persons_are_dismissed_once_and_for_all(contracts: Contracts) -> None:
    await contracts.person("1")
    await contracts.person("2")
    (one,) = await found(contracts)
    path = f"/duplicates/{one['id']}/dismissal"

    done = await contracts.send("POST", path, {"reason": "Deux cousines."}, Role.ADMIN, version=1)
    again = await contracts.send("POST", path, {"reason": "Deux cousines."}, Role.ADMIN, version=2)

    assert (done.json()["state"], done.json()["settled_by"]) == ("dismissed", "admin-nord")
    assert again.json()["type"] == "urn:cer:problem:duplicate-settled"
    assert await found(contracts) == []
    assert [kept["reason"] for kept in await found(contracts, "dismissed")] == ["Deux cousines."]


async def test_a_merge_moves_all_and_loses_nothing(contracts: Contracts) -> None:
    kept = await contracts.person("1")
    absorbed = await contracts.accompanied("2")
    cer = await contracts.cer(absorbed)
    (one,) = await found(contracts)
    assert sorted(side["cers"] for side in one["sides"]) == [0, 1]

    done = await merge(contracts, kept["id"], absorbed["id"], (1, 3))

    assert done.status_code == 200, done.text
    assert (done.json()["contact"]["telephone_shown"], done.json()["referent"]["id"]) == (MOBILE, "referent-nord")
    assert [line["id"] for line in (await contracts.get(f"/dossiers/{kept['id']}/cers")).json()["cers"]] == [cer["id"]]
    history = (await contracts.get(f"/dossiers/{kept['id']}/history")).json()["changes"]
    assert [(line["before"], line["after"]) for line in history if line["field"] == "merged_into"] == [
        (None, kept["id"])
    ]
    assert [line["field"] for line in history].count("registered") == 2
    (told,) = await contracts.told(DossierMerged)
    assert (str(told.dossier_id), str(told.into), told.aggregate_version) == (absorbed["id"], kept["id"], 4)
    assert await found(contracts) == []
    assert len(await found(contracts, "merged")) == 1


async def test_a_merged_dossier_says_where_it_went_and_is_found_no_more(contracts: Contracts) -> None:
    kept = await contracts.person("1")
    absorbed = await contracts.person("2")
    await merge(contracts, kept["id"], absorbed["id"], (1, 1))

    gone = await contracts.get(f"/dossiers/{absorbed['id']}")
    path, body = f"/dossiers/{absorbed['id']}/contact", {"mail": None, "telephone": None}
    write = await contracts.send("PUT", path, body, Role.SERVICE_INSERTION, version=2)
    flow = await contracts.import_foyers(ReadFoyer(1, a.household("2"), (ReadPerson(2, a.person(adresse=("X",))),), 0))

    for answer in (gone, write):
        assert (answer.status_code, answer.json()["type"]) == (410, "urn:cer:problem:dossier-merged")
        assert answer.json()["errors"][0]["code"] == kept["id"]
    assert [one["matricule"] for one in (await contracts.get("/dossiers?q=essai")).json()["dossiers"]] == ["1"]
    assert (flow.created, flow.changed) == (0, 1)


async def test_a_merge_is_refused_while_something_rests_on_the_dossier(contracts: Contracts) -> None:
    kept = await contracts.person("1")
    absorbed = await contracts.accompanied("2")
    cer = await contracts.cer(absorbed)
    await contracts.send("POST", f"/cers/{cer['id']}/signature")

    signing = await merge(contracts, kept["id"], absorbed["id"], (1, 3))
    stale = await merge(contracts, kept["id"], absorbed["id"], (1, 2))
    other = await merge(contracts, kept["id"], absorbed["id"], (9, 3))
    itself = await merge(contracts, kept["id"], kept["id"], (1, 1))
    agent = await merge(contracts, kept["id"], absorbed["id"], (1, 3), Role.SERVICE_INSERTION)

    assert signing.json()["type"] == "urn:cer:problem:signature-under-way"
    assert (stale.status_code, other.status_code, itself.status_code, agent.status_code) == (412, 412, 422, 403)


async def test_a_merge_waits_for_a_cer_that_is_studied(contracts: Contracts) -> None:
    kept = await contracts.person("1")
    absorbed = await contracts.accompanied("2")
    cer = await contracts.cer(absorbed, accord="oui", no_phone_at_interview=True)
    sent = await contracts.send("POST", f"/cers/{cer['id']}/submission")
    assert sent.status_code == 200, sent.text

    refused = await merge(contracts, kept["id"], absorbed["id"], (1, 3))

    assert refused.json()["type"] == "urn:cer:problem:cer-under-study"


async def test_a_legal_hold_is_not_lost_by_a_merge(contracts: Contracts) -> None:
    kept, held = await contracts.person("1"), await contracts.person("2")
    reason = {"reason": "Contentieux."}
    await contracts.send("POST", f"/dossiers/{held['id']}/legal-hold", reason, Role.CHEF_DE_SERVICE)

    refused = await merge(contracts, kept["id"], held["id"], (1, 1))
    other_way = await merge(contracts, held["id"], kept["id"], (1, 1))
    erasure = await contracts.send("POST", f"/dossiers/{held['id']}/erasure", {"ground": "demande"}, Role.ADMIN)

    assert refused.json()["type"] == "urn:cer:problem:legal-hold"
    assert other_way.status_code == 200, other_way.text
    assert erasure.json()["type"] == "urn:cer:problem:legal-hold"


async def test_a_save_that_crosses_a_merge_is_refused_and_the_cer_stays_with_its_new_dossier(
    contracts: Contracts,
) -> None:
    kept = await contracts.person("1")
    cer = await contracts.cer(await contracts.accompanied("2"))
    async with contracts.database.begin() as uow:
        stores = stores_of(uow.session)
        loaded = await stores.cers.get(UUID(cer["id"]))
        done = await merge(contracts, kept["id"], cer["dossier_id"], (1, 3))
        assert done.status_code == 200, done.text
        loaded.set_dernier_contrat(value=True, act=a.act(), party=a.party())
        with pytest.raises(RaceLost):
            await stores.cers.save(loaded)

    read = await contracts.get(f"/cers/{cer['id']}")
    assert (read.status_code, read.json()["dossier_id"], read.json()["version"]) == (200, kept["id"], 2)


async def test_the_history_of_a_cer_says_that_its_dossier_was_merged(contracts: Contracts) -> None:
    kept = await contracts.person("1")
    cer = await contracts.cer(await contracts.accompanied("2"))
    await merge(contracts, kept["id"], cer["dossier_id"], (1, 3))

    line = (await contracts.get(f"/cers/{cer['id']}/history")).json()["history"][-1]

    assert (line["verb"], line["from_state"], line["to_state"]) == ("merge", "proposition", "proposition")
    assert (line["actor"], line["details"]) == (
        "admin-nord",
        {"from_dossier": cer["dossier_id"], "to_dossier": kept["id"]},
    )


async def test_only_the_two_that_were_merged_are_and_what_was_said_of_the_others_stays(contracts: Contracts) -> None:
    kept, absorbed = await contracts.person("1"), await contracts.person("2")
    await contracts.person("3")
    await contracts.person("4")
    pairs = {_matricules(one): one["id"] for one in await found(contracts)}
    reason = {"reason": "Deux cousines."}
    await contracts.send("POST", f"/duplicates/{pairs['2', '3']}/dismissal", reason, Role.ADMIN, version=1)
    await contracts.send("POST", f"/duplicates/{pairs['1', '4']}/dismissal", reason, Role.ADMIN, version=1)

    done = await merge(contracts, kept["id"], absorbed["id"], (1, 1))

    assert done.status_code == 200, done.text
    assert {_matricules(one) for one in await found(contracts, "merged")} == {("1", "2")}
    dismissed = await found(contracts, "dismissed")
    assert {_matricules(one) for one in dismissed} == {("1", "3"), ("1", "4")}
    assert {one["settled_by"] for one in dismissed} == {"admin-nord"}
    assert {_matricules(one) for one in await found(contracts)} == {("3", "4")}


def _matricules(pair: Any) -> tuple[str, str]:
    one, other = sorted(side["dossier"]["matricule"] for side in pair["sides"])
    return one, other


async def test_whoever_is_not_of_the_territory_learns_nothing_of_a_merge_or_of_the_archive(
    contracts: Contracts,
) -> None:
    kept, absorbed, old = [await contracts.person(one) for one in ("1", "2", "3")]
    await merge(contracts, kept["id"], absorbed["id"], (1, 1))
    now = contracts.clock.now()
    async with contracts.database.begin() as uow:
        await stores_of(uow.session).archive.put(UUID(old["id"]), "chef-nord", now, now)

    for one, code in ((absorbed, "dossier-merged"), (old, "dossier-archived")):
        stranger = await contracts.get(f"/dossiers/{one['id']}", territory="sud", subject="referent-sud")
        near = await contracts.get(f"/dossiers/{one['id']}")
        query = "SELECT relation FROM audit_entry WHERE outcome = :code AND :id = ANY(dossiers)"
        relation = await contracts.scalar(query, code=code, id=UUID(one["id"]))
        assert (stranger.status_code, stranger.json()["type"]) == (404, "urn:cer:problem:not-found")
        assert near.json()["type"] == f"urn:cer:problem:{code}"
        assert relation == "territory"

"""Lists of CERs: who sees which, in what order, page after page, and that they follow the dossier."""

from typing import Any

import pytest
from sqlalchemy import text

from services.contracts.adapters.repository import stores_of
from services.contracts.application.commands import reference
from services.contracts.application.commands.reference import follow_ranks
from services.contracts.domain.cers.worklist import NOT_CHOSEN
from shared.security.principal import Role
from tests.integration.contracts.conftest import COMPLETE, REFERENT, Contracts

pytestmark = pytest.mark.integration

RANKED = ("urgente", "suspension_en_cours", "retablissement_droits", "situation_sensible", "normale")
PRIORITIES = ("normale", "situation_sensible", None, "urgente", "suspension_en_cours", "retablissement_droits")


async def listed(contracts: Contracts, query: str = "", role: Role = Role.SERVICE_INSERTION, **who: Any) -> list[str]:
    """The ids of a list, through all of its pages, two lines at a time."""
    found: list[str] = []
    after = ""
    while True:
        answer = await contracts.get(f"/cers?limit=2{query}{after}", role, **who)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        found += [line["id"] for line in page["cers"]]
        if page["next"] is None:
            return found
        after = f"&after={page['next']}"


async def counted(contracts: Contracts, query: str = "", role: Role = Role.SERVICE_INSERTION) -> dict[str, int]:
    answer = await contracts.get(f"/cers/counts?{query}", role)
    assert answer.status_code == 200, answer.text
    return {line["state"]: line["count"] for line in answer.json()["counts"] if line["count"]}


@pytest.fixture
async def cers(contracts: Contracts) -> list[dict[str, Any]]:
    """A proposition of each priorité, in one dossier."""
    dossier = await contracts.accompanied()
    return [await contracts.cer(dossier, priority=priority) for priority in PRIORITIES]


async def test_the_most_pressing_come_first_then_those_not_chosen_yet(
    contracts: Contracts, cers: list[dict[str, Any]]
) -> None:
    ranked = {cer["priority"]: cer["id"] for cer in cers}

    assert await listed(contracts) == [ranked[code] for code in (*RANKED, None)]


async def rank(contracts: Contracts, code: str, rank: int, version: int = 1) -> None:
    body = {"label": code.capitalize(), "rank": rank}
    answer = await contracts.send("PUT", f"/lists/priorities/entries/{code}", body, Role.ADMIN, version)
    assert answer.status_code == 200, answer.text


async def test_a_rank_that_the_admin_changes_moves_the_cers_that_are_there_and_those_to_come(
    contracts: Contracts, cers: list[dict[str, Any]]
) -> None:
    ranked = {cer["priority"]: cer["id"] for cer in cers}
    versions = await contracts.scalar("SELECT sum(version) FROM cer")

    await rank(contracts, "normale", 5)
    assert await follow_ranks(contracts.database, stores_of) == 1
    later = await contracts.cer(await contracts.accompanied("002"), priority="normale")

    assert await listed(contracts) == [ranked["normale"], later["id"], *(ranked[code] for code in (*RANKED[:-1], None))]
    assert await follow_ranks(contracts.database, stores_of) == 0
    assert await contracts.scalar("SELECT sum(version) FROM cer") == versions + 1, "no CER was changed by it"


async def test_a_priority_that_the_admin_adds_stands_where_its_rank_says(
    contracts: Contracts, cers: list[dict[str, Any]]
) -> None:
    await rank(contracts, "relogement", 1)
    relogement = await contracts.cer(await contracts.accompanied("002"), priority="relogement")
    (ordinary,) = (cer for cer in cers if cer["priority"] == "normale")
    changed = await contracts.send("PUT", f"/cers/{ordinary['id']}", {**COMPLETE, "priority": "relogement"}, version=1)
    assert changed.status_code == 200, changed.text

    found = await listed(contracts)
    assert found[:2] == [ordinary["id"], relogement["id"]]
    assert len(found) == len(PRIORITIES) + 1, "page after page, whatever the ranks"


async def test_a_filter_by_priority_misses_none_while_a_rank_is_being_taken_over(
    contracts: Contracts, cers: list[dict[str, Any]]
) -> None:
    (urgent,) = (cer for cer in cers if cer["priority"] == "urgente")
    await rank(contracts, "urgente", 500)
    later = await contracts.cer(await contracts.accompanied("002"), priority="urgente")

    assert await listed(contracts, "&priority=urgente") == [urgent["id"], later["id"]]
    await follow_ranks(contracts.database, stores_of)
    assert await listed(contracts, "&priority=urgente") == [urgent["id"], later["id"]]


async def test_all_cers_take_a_rank_over_however_few_at_once_both_ways(
    contracts: Contracts, monkeypatch: pytest.MonkeyPatch
) -> None:
    dossier = await contracts.accompanied()
    for priority in ("urgente", "normale"):
        for _ in range(5):
            await contracts.cer(dossier, priority=priority)
    await rank(contracts, "urgente", 900)
    await rank(contracts, "normale", 3, version=2)
    monkeypatch.setattr(reference, "RANKED_AT_ONCE", 2)

    assert await follow_ranks(contracts.database, stores_of) == 10
    kept = "SELECT string_agg(DISTINCT priority || ' ' || priority_rank, ', ') FROM cer"
    assert await contracts.scalar(kept) == "normale 3, urgente 900"


async def test_a_cer_that_somebody_is_saving_makes_nobody_wait_and_is_found_the_next_time(contracts: Contracts) -> None:
    cer = await contracts.cer(priority="urgente")
    await rank(contracts, "urgente", 900)
    async with contracts.database.begin() as saving:
        await saving.session.execute(text("UPDATE cer SET version = version WHERE id = :id"), {"id": cer["id"]})
        assert await follow_ranks(contracts.database, stores_of) == 0

    assert await follow_ranks(contracts.database, stores_of) == 1


async def test_a_draft_without_priority_has_the_rank_that_the_domain_says(contracts: Contracts) -> None:
    await contracts.cer(priority=None)

    assert await contracts.scalar("SELECT priority_rank FROM cer") == NOT_CHOSEN


async def test_ending_soonest_first_and_those_without_end_last(contracts: Contracts) -> None:
    dossier = await contracts.accompanied()
    open_ended = await contracts.cer(dossier, duration_months=None, date_debut="2026-04-01")
    late = await contracts.cer(dossier, duration_months=9)
    soon = await contracts.cer(dossier, duration_months=3)

    assert await listed(contracts, "&sort=date_fin") == [soon["id"], late["id"], open_ended["id"]]
    assert await listed(contracts, "&without_end=true") == [open_ended["id"]]
    assert await listed(contracts, f"&ending_before={late['date_fin']}") == [soon["id"]]
    assert await listed(contracts, f"&ending_from={late['date_fin']}") == [late["id"]]


async def test_filters_leave_out_what_differs(contracts: Contracts, cers: list[dict[str, Any]]) -> None:
    (urgent,) = (cer for cer in cers if cer["priority"] == "urgente")
    submitted = await contracts.send("POST", f"/cers/{urgent['id']}/submission")
    assert submitted.status_code == 409, "the accord is missing"
    other = await contracts.cer(await contracts.accompanied("002"), nature="renouvellement", accord="oui")
    assert (await contracts.send("POST", f"/cers/{other['id']}/submission")).status_code == 200

    assert await listed(contracts, "&priority=urgente") == [urgent["id"]]
    assert await listed(contracts, "&nature=renouvellement") == [other["id"]]
    assert await listed(contracts, "&state=soumis_a_etude&state=attente_decision") == [other["id"]]
    assert await listed(contracts, "&returned=true&state=proposition") == []
    assert await listed(contracts, "&signing=open") == []
    assert await listed(contracts, "&signing=open&state=valide") == []
    assert await listed(contracts, "&dernier_contrat=true") == []
    assert await counted(contracts) == {"proposition": 6, "soumis_a_etude": 1}
    assert await counted(contracts, "signing=open") == {}


async def test_a_referent_lists_their_territory_and_the_dossiers_that_they_accompany_elsewhere(
    contracts: Contracts,
) -> None:
    near, followed, foreign = [await contracts.accompanied(f"00{number}") for number in range(3)]
    ids = [(await contracts.cer(dossier))["id"] for dossier in (near, followed, foreign)]
    async with contracts.database.begin() as uow:
        session = uow.session
        for dossier, referent in ((followed, REFERENT), (foreign, "referent-sud")):
            await session.execute(
                text("UPDATE dossier SET territory = 'sud', referent_id = :referent WHERE id = :id"),
                {"referent": referent, "id": dossier["id"]},
            )

    assert sorted(await listed(contracts, role=Role.REFERENT)) == sorted(ids[:2])
    assert await listed(contracts, "&territory=sud", Role.REFERENT) == [ids[1]]
    assert await listed(contracts, "&territory=nord", Role.REFERENT) == [ids[0]]
    assert sorted(await listed(contracts, f"&referent={REFERENT}", Role.REFERENT)) == sorted(ids[:2])
    assert await listed(contracts, "&referent=referent-sud", Role.REFERENT) == []
    assert await listed(contracts, role=Role.SECRETARIAT) == [ids[0]]
    assert await listed(contracts, "&referent=referent-sud", Role.SERVICE_INSERTION) == [ids[2]]
    assert await counted(contracts, role=Role.SECRETARIAT) == {"proposition": 1}
    assert await counted(contracts, role=Role.REFERENT) == {"proposition": 2}


async def test_a_cer_is_on_the_list_of_who_accompanies_the_person_now(contracts: Contracts) -> None:
    dossier = await contracts.accompanied()
    cer = await contracts.cer(dossier)
    assert await listed(contracts, f"&referent={REFERENT}") == [cer["id"]]
    assert (await contracts.get("/dossiers", Role.REFERENT, subject="referent-2")).status_code == 200
    moved = await contracts.send(
        "PUT",
        f"/dossiers/{dossier['id']}/referent",
        {"referent_id": "referent-2"},
        Role.SECRETARIAT,
        version=dossier["version"],
    )
    assert moved.status_code == 200, moved.text

    assert await listed(contracts, f"&referent={REFERENT}") == []
    assert await listed(contracts, "&referent=referent-2") == [cer["id"]]


async def test_a_list_holds_no_social_text_and_a_deleted_cer_is_in_none(contracts: Contracts) -> None:
    kept, dropped = [await contracts.cer(await contracts.accompanied(matricule)) for matricule in ("001", "002")]
    gone = await contracts.send("DELETE", f"/cers/{dropped['id']}", version=1)
    assert gone.status_code == 204

    (line,) = (await contracts.get("/cers", Role.SECRETARIAT)).json()["cers"]
    assert line["id"] == kept["id"]
    assert line["person"]["matricule"] == "001"
    assert not {"situation", "evaluation", "objectives", "expression", "requests", "note"} & line.keys()


@pytest.mark.parametrize(
    "query",
    ["after=x", "after=W10", "after=WzEsMl0", "after=%C3%A9", "state=supprime", "sort=nom", "limit=201", "unknown=1"],
)
async def test_what_cannot_be_asked_is_refused(contracts: Contracts, query: str) -> None:
    answer = await contracts.get(f"/cers?{query}", Role.SERVICE_INSERTION)

    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")


async def test_a_cursor_of_the_other_order_is_refused(contracts: Contracts, cers: list[dict[str, Any]]) -> None:
    following = (await contracts.get("/cers?limit=2", Role.SERVICE_INSERTION)).json()["next"]

    answer = await contracts.get(f"/cers?sort=date_fin&after={following}", Role.SERVICE_INSERTION)
    assert answer.json()["errors"][0]["code"] == "not-a-cursor"

"""A dossier is kept for its time: what runs, is studied, is signed or held stays; the rest is archived, then erased."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from services.contracts.adapters.repository import stores_of
from services.contracts.application.commands.duplicates import seek
from services.contracts.application.commands.retention import Keeper
from services.contracts.domain.imports.flow import ReadFoyer, ReadPerson
from services.contracts.domain.retention.model import Candidate, Policy, Then
from shared.events.contracts import DossierErased
from shared.kernel.errors import Refusal
from shared.security.principal import Role
from tests.builders import contracts as a
from tests.integration.contracts.conftest import Contracts

pytestmark = pytest.mark.integration

TWO_YEARS = timedelta(days=732)


def keeper(contracts: Contracts, then: Then = Then.ARCHIVE) -> Keeper:
    return Keeper(contracts.database, stores_of, contracts.clock, Policy(24, then, 36))


async def due(contracts: Contracts, then: Then = Then.ARCHIVE) -> list[Candidate]:
    return [one async for one in keeper(contracts, then).candidates()]


async def apply(contracts: Contracts, then: Then = Then.ARCHIVE) -> list[Refusal | None]:
    keep = keeper(contracts, then)
    return [await keep.apply(one) async for one in keep.candidates()]


def code(answer: Any) -> str:
    return str(answer.json()["type"].rsplit(":", 1)[-1])


async def test_the_last_event_counts_and_two_years_are_two_years(contracts: Contracts) -> None:
    dossier = await contracts.person()
    contracts.clock.instant = datetime(2028, 3, 12, 9, 29, 59, tzinfo=UTC)
    assert await due(contracts) == []

    contracts.clock.instant += timedelta(seconds=2)
    (one,) = await due(contracts)
    assert (str(one.dossier_id), one.then) == (dossier["id"], Then.ARCHIVE)
    assert one.last_event_at == datetime(2026, 3, 12, 9, 30, tzinfo=UTC)

    # A référent wrote something since: another two years.
    contracts.clock.instant -= timedelta(days=30)
    named = await contracts.send(
        "PUT", f"/dossiers/{dossier['id']}/referent", {"referent_id": "referent-nord"}, version=1
    )
    assert named.status_code == 200
    await contracts.cer({"id": dossier["id"]})
    contracts.clock.instant += timedelta(days=31)
    assert await due(contracts) == []


async def test_what_agents_did_for_the_person_counts_without_any_cer(contracts: Contracts) -> None:
    dossier = await contracts.person()
    path = f"/dossiers/{dossier['id']}"
    contracts.clock.instant += TWO_YEARS
    named = await contracts.send("PUT", f"{path}/referent", {"referent_id": "referent-nord"}, version=1)
    assert named.status_code == 200, named.text

    assert await due(contracts, Then.ERASE) == []
    contracts.clock.instant += TWO_YEARS
    assert len(await due(contracts, Then.ERASE)) == 1


async def test_who_is_named_every_month_is_kept_and_naming_them_again_writes_nothing(contracts: Contracts) -> None:
    dossier = await contracts.person()
    foyer = ReadFoyer(1, a.household("001234500000000"), (ReadPerson(2, a.person()),), 0)
    contracts.clock.instant += TWO_YEARS
    last = contracts.clock.instant
    assert (await contracts.import_foyers(foyer)).unchanged == 1
    written = await contracts.scalar("SELECT xmin::text FROM dossier")

    contracts.clock.instant += timedelta(days=5)
    assert (await contracts.import_foyers(foyer)).unchanged == 1

    assert await due(contracts, Then.ERASE) == []
    assert await contracts.scalar("SELECT xmin::text FROM dossier") == written
    assert (await contracts.get(f"/dossiers/{dossier['id']}", Role.SERVICE_INSERTION)).json()["version"] == 1
    assert [one.aggregate_version for one in await contracts.told()][-1] == 1
    contracts.clock.instant = last + TWO_YEARS
    assert [one.last_event_at for one in await due(contracts)] == [last]


async def test_a_dossier_that_somebody_is_writing_does_not_stop_the_flow(contracts: Contracts) -> None:
    dossier = await contracts.person()
    async with contracts.database.begin() as uow:
        await stores_of(uow.session).dossiers.get(UUID(dossier["id"]), locked=True)
        foyer = ReadFoyer(1, a.household("001234500000000"), (ReadPerson(2, a.person()),), 0)
        assert (await contracts.import_foyers(foyer)).unchanged == 1

    assert await contracts.scalar("SELECT seen_at FROM dossier") is None


@pytest.mark.parametrize(
    ("state", "date_fin", "kept"),
    [
        ("valide", None, True),
        ("valide", "2099-01-01", True),
        ("valide", "2026-09-30", False),
        ("non_valide", None, False),
        ("soumis_a_etude", None, True),
        ("etude_en_commission", None, True),
        ("attente_decision", None, True),
        ("proposition", None, False),
    ],
)
async def test_a_cer_that_runs_or_is_studied_keeps_its_dossier(
    contracts: Contracts, state: str, date_fin: str | None, kept: bool
) -> None:
    await contracts.cer()
    async with contracts.database.begin() as uow:
        await uow.session.execute(
            text("UPDATE cer SET state = :state, date_fin = CAST(CAST(:fin AS text) AS date)"),
            {"state": state, "fin": date_fin},
        )
    contracts.clock.instant += 2 * TWO_YEARS

    assert (await due(contracts) == []) is kept


async def test_a_dry_run_changes_nothing_and_what_is_done_is_done_once(contracts: Contracts) -> None:
    dossier = await contracts.person()
    contracts.clock.instant += TWO_YEARS
    assert len(await due(contracts)) == 1
    assert (await contracts.get(f"/dossiers/{dossier['id']}", Role.SERVICE_INSERTION)).status_code == 200

    assert await apply(contracts) == [None]
    assert await apply(contracts) == []


async def test_an_archived_dossier_is_found_by_nobody_and_taken_back_with_a_reason(contracts: Contracts) -> None:
    cer = await contracts.cer()
    path = f"/dossiers/{cer['dossier_id']}"
    contracts.clock.instant += TWO_YEARS
    await apply(contracts)

    for role in (Role.REFERENT, Role.SERVICE_INSERTION, Role.CHEF_DE_SERVICE):
        assert code(await contracts.get(path, role)) == "dossier-archived"
        assert code(await contracts.get(f"/cers/{cer['id']}", role)) == "dossier-archived"
        assert (await contracts.get("/dossiers?matricule=001234500000000", role)).json()["dossiers"] == []
    assert await contracts.scalar("SELECT situation FROM (SELECT texts ->> 'situation' AS situation FROM cer) AS x")

    body = {"reason": "Recours."}
    assert (await contracts.send("POST", f"{path}/restoration", body, Role.REFERENT)).status_code == 403
    taken = await contracts.send("POST", f"{path}/restoration", {"reason": "Recours."}, Role.CHEF_DE_SERVICE)
    assert taken.status_code == 200, taken.text
    assert (await contracts.get(path, Role.CHEF_DE_SERVICE)).status_code == 200
    again = await contracts.send("POST", f"{path}/restoration", body, Role.CHEF_DE_SERVICE)
    assert code(again) == "not-archived"
    # Taken back is an event of the dossier: it is not archived again the same night.
    assert await due(contracts) == []


async def test_an_archived_dossier_is_in_no_list_count_export_or_proposal_until_it_is_taken_back(
    contracts: Contracts,
) -> None:
    cer = await contracts.cer(accord="oui")
    other = await contracts.accompanied("000000000000077")
    await seek(contracts.database, stores_of, contracts.clock, None)
    shown = ["/cers", "/exports/dossiers", "/exports/cers", "/exports/cers.csv"]

    async def seen(path: str, role: Role = Role.SERVICE_INSERTION) -> bool:
        answer = await contracts.get(path, role)
        assert answer.status_code == 200, answer.text
        return any(one in answer.text for one in (cer["id"], cer["dossier_id"], "001234500000000"))

    assert [await seen(path) for path in shown] == [True] * len(shown)
    assert await seen("/duplicates", Role.ADMIN)
    counted = (await contracts.get("/cers/counts", Role.SERVICE_INSERTION)).text

    async with contracts.database.begin() as uow:
        until = contracts.clock.instant + TWO_YEARS
        await stores_of(uow.session).archive.put(UUID(cer["dossier_id"]), "x", contracts.clock.instant, until)

    assert [await seen(path) for path in shown] == [False] * len(shown)
    assert not await seen("/duplicates", Role.ADMIN)
    assert (await contracts.get("/cers/counts", Role.SERVICE_INSERTION)).text != counted
    assert other["id"] in (await contracts.get("/exports/dossiers", Role.SERVICE_INSERTION)).text

    path = f"/dossiers/{cer['dossier_id']}/restoration"
    assert (await contracts.send("POST", path, {"reason": "Recours."}, Role.CHEF_DE_SERVICE)).status_code == 200
    assert [await seen(path) for path in shown] == [True] * len(shown)
    assert await seen("/duplicates", Role.ADMIN)


async def test_the_archive_has_a_term_after_which_the_person_is_erased(contracts: Contracts) -> None:
    dossier = await contracts.person()
    contracts.clock.instant += TWO_YEARS
    await apply(contracts)
    contracts.clock.instant += timedelta(days=365 * 3 - 1)
    assert await due(contracts) == []

    contracts.clock.instant += timedelta(days=3)
    assert await apply(contracts) == [None]

    (told,) = await contracts.told(DossierErased)
    assert str(told.dossier_id) == dossier["id"]
    assert await contracts.scalar("SELECT ground FROM erasure") == "fin-archive"


async def test_a_policy_may_erase_without_an_archive(contracts: Contracts) -> None:
    await contracts.person()
    contracts.clock.instant += TWO_YEARS

    assert await apply(contracts, Then.ERASE) == [None]

    assert await contracts.scalar("SELECT ground FROM erasure") == "conservation"
    assert await contracts.scalar("SELECT count(*) FROM dossier") == 0


async def test_a_legal_hold_keeps_from_archive_and_erasure_until_it_is_lifted(contracts: Contracts) -> None:
    dossier = await contracts.person()
    path = f"/dossiers/{dossier['id']}/legal-hold"
    assert (await contracts.send("POST", path, {"reason": "Contentieux."}, Role.SERVICE_INSERTION)).status_code == 403
    held = await contracts.send("POST", path, {"reason": "Contentieux."}, Role.CHEF_DE_SERVICE)
    assert (held.status_code, held.json()["in_force"]) == (201, True)
    assert code(await contracts.send("POST", path, {"reason": "Encore."}, Role.ADMIN)) == "already-held"
    contracts.clock.instant += TWO_YEARS

    assert await due(contracts) == []
    refused = await contracts.send("POST", f"/dossiers/{dossier['id']}/erasure", {"ground": "demande"}, Role.ADMIN)
    assert code(refused) == "legal-hold"

    blind = await contracts.send("DELETE", path, role=Role.CHEF_DE_SERVICE, version=0)
    assert (blind.status_code, code(blind)) == (412, "race-lost")
    lifted = await contracts.send("DELETE", path, role=Role.CHEF_DE_SERVICE, version=1)
    (hold,) = lifted.json()["holds"]
    assert (hold["reason"], hold["set_by"], hold["lifted_by"]) == (
        "Contentieux.",
        "chef_de_service-nord",
        "chef_de_service-nord",
    )
    assert code(await contracts.send("DELETE", path, role=Role.CHEF_DE_SERVICE, version=1)) == "not-held"
    assert len(await due(contracts)) == 1


async def test_a_hold_put_between_the_list_and_the_act_wins(contracts: Contracts) -> None:
    dossier = await contracts.person()
    contracts.clock.instant += TWO_YEARS
    (one,) = await due(contracts)
    path = f"/dossiers/{dossier['id']}/legal-hold"
    await contracts.send("POST", path, {"reason": "Contentieux."}, Role.CHEF_DE_SERVICE)

    refused = [
        await keeper(contracts).apply(Candidate(one.dossier_id, one.version, one.last_event_at, then)) for then in Then
    ]

    assert [refusal.code if refusal else "" for refusal in refused] == ["legal-hold", "legal-hold"]
    assert await contracts.scalar("SELECT count(*) FROM dossier") == 1

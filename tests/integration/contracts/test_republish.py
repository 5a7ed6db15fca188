"""What contracts has, told again: as it is, through the outbox, without a second copy, from where it stopped."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from services.contracts.adapters.repository import stores_of
from services.contracts.application.commands import republishing
from services.contracts.application.commands.republishing import WHAT, Republisher
from shared.events.blocks import Identity
from shared.events.contracts import AgentChanged, CerSnapshot, DossierErased, DossierSnapshot
from shared.events.reference import ListChanged, TerritoryChanged, TextChanged
from shared.events.validation import CerSentToCommission, StudyOpened
from shared.security.principal import Role
from tests.builders.canaries import cells_with
from tests.builders.events import sample
from tests.integration.contracts.conftest import Contracts

pytestmark = pytest.mark.integration

SITUATION = "Zirconium, que rien ne redit."


async def tell(contracts: Contracts, *what: str) -> dict[str, int]:
    republisher = Republisher(contracts.database, stores_of, contracts.clock)
    return {one: await republisher.tell(one) for one in what or WHAT}


async def publish(contracts: Contracts) -> None:
    """As the relay marks its rows."""
    async with contracts.database.begin() as uow:
        await uow.session.execute(text("UPDATE outbox SET published_at = now() WHERE published_at IS NULL"))


async def erase(contracts: Contracts, dossier_id: str) -> int:
    path = f"/dossiers/{dossier_id}/erasure"
    version = (await contracts.send("POST", path, {"ground": "demande"}, Role.ADMIN)).json()["version"]
    done = await contracts.send("POST", path, {"ground": "demande", "confirm": version}, Role.ADMIN)
    assert done.status_code == 200, done.text
    return int(version)


async def in_commission(contracts: Contracts) -> dict[str, Any]:
    cer = await contracts.cer(accord="oui", situation=SITUATION)
    assert (await contracts.send("POST", f"/cers/{cer['id']}/submission")).status_code == 200
    about = {"cer_id": UUID(cer["id"]), "dossier_id": UUID(cer["dossier_id"])}
    assert await contracts.hear(sample(StudyOpened, **about)) == "done"
    assert await contracts.hear(sample(CerSentToCommission, aggregate_version=2, **about)) == "done"
    return cer


async def test_a_dossier_and_its_cer_are_told_as_they_are_without_the_texts(contracts: Contracts) -> None:
    cer = await in_commission(contracts)
    await publish(contracts)

    assert await tell(contracts, "dossiers", "cers") == {"dossiers": 1, "cers": 1}

    dossier, snapshot = await contracts.told(DossierSnapshot, CerSnapshot)
    assert isinstance(snapshot, CerSnapshot)
    assert contracts.keys.open(Identity, dossier.identity).telephone == "+33639980001"
    assert (str(snapshot.cer_id), snapshot.state, snapshot.signed) == (cer["id"], "etude_en_commission", None)
    assert snapshot.aggregate_version == (await contracts.read(cer, Role.SERVICE_INSERTION))["version"]
    study = snapshot.study
    assert study is not None
    assert (study.version, study.commission_kind, study.submission, study.priority) == (2, "ep", 1, "normale")
    assert SITUATION not in str(snapshot)


async def test_told_twice_there_is_one_row_and_what_waits_is_not_doubled(contracts: Contracts) -> None:
    await in_commission(contracts)
    count = "SELECT count(*) FROM outbox WHERE type LIKE '%Snapshot%'"
    await tell(contracts, "dossiers", "cers")
    await tell(contracts, "dossiers", "cers")
    assert await contracts.scalar(count) == 2  # they wait: nothing to add

    await publish(contracts)
    first = await contracts.scalar("SELECT max(id) FROM outbox")
    await tell(contracts, "dossiers", "cers")

    assert await contracts.scalar(count) == 2
    assert await contracts.scalar(f"{count} AND published_at IS NULL AND id > :first", first=first) == 2


async def test_an_interrupted_one_goes_on_and_a_finished_one_begins_again(
    contracts: Contracts, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        await contracts.person(f"00000000000000{number}")
    monkeypatch.setattr(republishing, "BATCH", 2)

    def interrupt(_: str, __: int) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        await Republisher(contracts.database, stores_of, contracts.clock, interrupt).tell("dossiers")
    assert len(await contracts.told(DossierSnapshot)) == 2

    assert await tell(contracts, "dossiers") == {"dossiers": 5}
    told = [event.dossier_id for event in await contracts.told(DossierSnapshot)]
    assert told == sorted(set(told))

    await publish(contracts)
    assert await tell(contracts, "dossiers") == {"dossiers": 5}


async def test_it_waits_while_the_relay_has_too_much_to_do(
    contracts: Contracts, monkeypatch: pytest.MonkeyPatch
) -> None:
    await contracts.person()
    waits = []

    async def relayed(seconds: float) -> None:
        waits.append(seconds)
        await publish(contracts)

    monkeypatch.setattr("services.contracts.application.commands.republishing.asyncio.sleep", relayed)
    await Republisher(contracts.database, stores_of, contracts.clock, most_pending=1).tell("dossiers")

    assert len(waits) == 2  # before the first batch, and before the one that finds nothing left


async def test_agents_are_told_at_the_version_that_is_kept(contracts: Contracts) -> None:
    await contracts.accompanied()
    await publish(contracts)

    assert (await tell(contracts, "agents"))["agents"] == await contracts.scalar("SELECT count(*) FROM agent")

    assert {event.aggregate_version for event in await contracts.told(AgentChanged)} == {1}


async def test_the_erased_are_told_first_and_asked_about_again(contracts: Contracts) -> None:
    cer = await contracts.cer()
    version = await erase(contracts, cer["dossier_id"])
    await publish(contracts)

    counted = await tell(contracts)

    assert (next(iter(counted)), counted["erasures"], counted["dossiers"], counted["cers"]) == ("erasures", 1, 0, 0)
    told = await contracts.told(DossierErased)
    assert [event.aggregate_version for event in told] == [version + 1, version + 2]
    (line,) = (await contracts.get("/erasures?unanswered=true", Role.ADMIN)).json()["erasures"]
    assert (len(line["unanswered"]), line["version"]) == (5, version + 2)


async def test_a_snapshot_that_waits_goes_with_the_person(contracts: Contracts) -> None:
    cer = await contracts.cer()
    await tell(contracts)
    assert len(await contracts.told(DossierSnapshot, CerSnapshot)) == 2

    await erase(contracts, cer["dossier_id"])

    assert await contracts.told(DossierSnapshot, CerSnapshot) == []
    assert await cells_with(contracts.database, "ESSAI") == set()


async def test_lists_texts_and_territories_are_told_again_as_they_stand(contracts: Contracts) -> None:
    first = await tell(contracts, "lists")
    waiting = await contracts.told(ListChanged, TextChanged, TerritoryChanged)
    await publish(contracts)
    second = await tell(contracts, "lists")

    assert first == second == {"lists": len(waiting)}
    assert {one.list_id for one in waiting if isinstance(one, ListChanged)} >= {"themes", "priorities", "diagnostics"}
    again = await contracts.told(ListChanged, TextChanged, TerritoryChanged)
    assert sorted(map(repr, again)) == sorted(map(repr, waiting))


async def test_a_merged_dossier_is_told_no_more_and_its_cers_are_told_with_the_one_that_took_them(
    contracts: Contracts,
) -> None:
    cer = await contracts.cer(await contracts.accompanied("1"))
    kept = await contracts.person("2")
    seen = (await contracts.get(f"/dossiers/{cer['dossier_id']}", Role.SERVICE_INSERTION)).json()["version"]
    body = {"absorbed_id": cer["dossier_id"], "absorbed_version": seen}
    merged = await contracts.send("POST", f"/dossiers/{kept['id']}/merge", body, Role.ADMIN, version=1)
    assert merged.status_code == 200, merged.text
    await publish(contracts)

    assert await tell(contracts, "dossiers", "cers") == {"dossiers": 1, "cers": 1}

    told = await contracts.told(DossierSnapshot, CerSnapshot)
    assert [str(one.dossier_id) for one in told] == [kept["id"], kept["id"]]

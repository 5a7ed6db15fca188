"""The made-up département: always the same, as people and CERs really are, and alive for the service."""

from collections import Counter
from datetime import UTC, datetime
from random import Random

import pytest
from sqlalchemy import text

from shared.security.principal import Role
from tests.integration.contracts.conftest import Contracts
from tools.seed.load import AlreadySeededError, chunk, seed
from tools.seed.names import surname
from tools.seed.people import Place

pytestmark = pytest.mark.integration

PLACE = Place(7, datetime(2026, 3, 12, 9, tzinfo=UTC))
DOSSIERS = 400


def silent(_: str) -> None:
    """Tells nothing."""


async def test_the_service_finds_and_opens_what_was_loaded_and_no_event_tells_of_it(contracts: Contracts) -> None:
    await seed(contracts.database.url, DOSSIERS, PLACE, silent)

    assert await contracts.scalar("SELECT count(*) FROM dossier") == DOSSIERS
    assert await contracts.scalar("SELECT count(*) FROM cer") == 2 * DOSSIERS
    assert await contracts.told() == []
    for line in (await contracts.get("/cers?limit=20&state=valide", Role.CHEF_DE_SERVICE)).json()["cers"]:
        cer = await contracts.get(f"/cers/{line['id']}", Role.CHEF_DE_SERVICE)
        assert (cer.status_code, cer.json()["decision"]["outcome"]) == (200, "valide")
        dossier = (await contracts.get(f"/dossiers/{line['dossier_id']}", Role.CHEF_DE_SERVICE)).json()
        found = await contracts.get(f"/dossiers?name={dossier['nom_naissance']}", Role.CHEF_DE_SERVICE)
        assert dossier["id"] in {one["id"] for one in found.json()["dossiers"]}


async def test_what_is_loaded_has_the_ranks_that_the_triggers_would_have_given(contracts: Contracts) -> None:
    await seed(contracts.database.url, 100, PLACE, silent)
    ranks = "SELECT json_agg(json_build_array(id, priority_rank) ORDER BY id)::text FROM cer"
    loaded = await contracts.scalar(ranks)

    async with contracts.database.begin() as uow:
        await uow.session.execute(text("CREATE TABLE loaded AS SELECT id, priority FROM cer"))
        await uow.session.execute(text("UPDATE cer SET priority = 'other'"))
        await uow.session.execute(text("UPDATE cer SET priority = l.priority FROM loaded l WHERE l.id = cer.id"))
    assert await contracts.scalar("SELECT count(DISTINCT priority_rank) FROM cer") == 6
    assert await contracts.scalar(ranks) == loaded


async def test_what_was_taken_off_for_loading_is_there_again(contracts: Contracts) -> None:
    kept = """
        SELECT string_agg(what, ';' ORDER BY what) FROM (
            SELECT pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = 'cer'::regclass
            UNION ALL SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'cer_history'::regclass
            UNION ALL SELECT tgname || tgenabled::text FROM pg_trigger WHERE NOT tgisinternal
        ) AS found (what)
    """
    before = await contracts.scalar(kept)
    await seed(contracts.database.url, 20, PLACE, silent)

    assert await contracts.scalar(kept) == before


async def test_a_seed_is_loaded_once(contracts: Contracts) -> None:
    await seed(contracts.database.url, 20, PLACE, silent)

    with pytest.raises(AlreadySeededError):
        await seed(contracts.database.url, 20, PLACE, silent)
    await seed(contracts.database.url, 20, Place(8, PLACE.now), silent)
    assert await contracts.scalar("SELECT count(*) FROM dossier") == 40


def test_the_same_seed_gives_the_same_people_and_another_others() -> None:
    assert chunk(PLACE, 0, 300) == chunk(PLACE, 0, 300)
    assert chunk(PLACE, 0, 300) != chunk(Place(8, PLACE.now), 0, 300)


def test_martin_is_as_frequent_as_in_france() -> None:
    luck = Random("names")
    borne = Counter(surname(luck) for _ in range(100_000))

    assert borne.most_common(1)[0][0] == "MARTIN"
    assert 0.003 < borne["MARTIN"] / 100_000 < 0.0045


def test_more_than_half_of_the_cers_are_valid() -> None:
    columns, rows = chunk(PLACE, 0, 3_000)["cer"]
    states = Counter(row[columns.index("state")] for row in rows)

    assert sum(states.values()) == 6_000
    assert 0.52 < states["valide"] / 6_000 < 0.58
    assert states.keys() >= {"proposition", "soumis_a_etude", "etude_en_commission", "attente_decision", "non_valide"}

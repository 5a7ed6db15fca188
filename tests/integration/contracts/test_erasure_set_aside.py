"""Persons whom files name without a dossier: erased with one, forgotten in time, never brought back by an import."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, BinaryIO

import pytest
from sqlalchemy import text

from services.contracts.adapters.repository import stores_of
from services.contracts.application.commands.retention import Keeper
from services.contracts.domain.dossiers.household import Person
from services.contracts.domain.imports.flow import ReadFoyer, ReadPerson
from services.contracts.domain.imports.lines import Part, Rules
from services.contracts.domain.imports.run import Run
from services.contracts.domain.retention.model import Policy, Then
from shared.database.engine import Database
from shared.security.principal import Role
from tests.builders import contracts as a
from tests.builders.canaries import cells_with
from tests.builders.imports import JEANNE, PAUL, csv_file
from tests.integration.contracts.conftest import Contracts
from tests.integration.contracts.test_imports_http import apply, previewed, read, upload, work

pytestmark = pytest.mark.integration

CANARY = "Zœé Zirconium"
BORN_OTHERWISE = "1990-05-04"
_AS_SHE_IS = a.person(nom_naissance="Fictive", prenoms=("JEANNE",), date_naissance=date(1971, 7, 2))
JEANNE_IN_FLOW = ReadFoyer(1, a.household("0012345"), (ReadPerson(2, _AS_SHE_IS),), 0)


def foyer(*persons: Person, matricule: str = "001234500000000") -> ReadFoyer:
    return ReadFoyer(1, a.household(matricule), tuple(ReadPerson(7 + n, one) for n, one in enumerate(persons)), 0)


async def waiting(contracts: Contracts, state: str = "open") -> list[Any]:
    return list((await contracts.get(f"/matchings?state={state}", Role.SECRETARIAT)).json()["matchings"])


async def resolve(contracts: Contracts, one: dict[str, Any], decision: str) -> None:
    path, body = f"/matchings/{one['id']}/resolution", {"decision": decision}
    done = await contracts.send("POST", path, body, Role.SECRETARIAT, version=one["version"])
    assert done.status_code == 200, done.text


async def erase(contracts: Contracts, dossier_id: str) -> Any:
    path = f"/dossiers/{dossier_id}/erasure"
    planned = (await contracts.send("POST", path, {"ground": "demande"}, Role.ADMIN)).json()
    body = {"ground": "demande", "confirm": planned["version"]}
    done = await contracts.send("POST", path, body, Role.ADMIN)
    assert done.status_code == 200, done.text
    return planned


async def only_dossier(contracts: Contracts) -> str:
    return str(await contracts.scalar("SELECT id FROM dossier"))


@pytest.mark.parametrize("corrected", [False, True])
async def test_twins_whom_no_dossier_was_made_of_go_with_the_one_that_was(
    contracts: Contracts, *, corrected: bool
) -> None:
    one, other = a.person(nom_naissance=CANARY.upper()), a.person(nom_naissance=CANARY.upper(), nom_usage="SECOND")
    await contracts.import_foyers(foyer(one, other))
    first, second = await waiting(contracts)
    await resolve(contracts, first, "another")
    await resolve(contracts, second, "ignored")
    dossier_id = await only_dossier(contracts)
    if corrected:
        now = (await contracts.get(f"/dossiers/{dossier_id}", Role.SECRETARIAT)).json()
        names = ("civilite", "sexe", "nom_naissance", "nom_usage", "prenoms", "date_naissance", "adresse",
                 "situation_familiale", "date_entree_rsa")  # fmt: skip
        body = {name: now[name] for name in names} | {"nom_naissance": "Autrement", "date_naissance": BORN_OTHERWISE}
        path = f"/dossiers/{dossier_id}/identity"
        assert (await contracts.send("PUT", path, body, Role.SECRETARIAT, version=1)).status_code == 200
        home = {"organisme": "CAF", "numero_organisme": "071", "matricule": "77"}
        moved = await contracts.send("PUT", f"/dossiers/{dossier_id}/household", home, Role.SECRETARIAT, version=2)
        assert moved.status_code == 200, moved.text
    await contracts.import_foyers(foyer(a.person(), a.person(nom_usage="SECOND"), matricule="88"))

    planned = await erase(contracts, dossier_id)

    assert planned["rows"]["matching"] == 2
    assert await cells_with(contracts.database, CANARY.upper()) == set()
    assert len(await waiting(contracts)) == 2  # of another household


async def test_retention_forgets_whom_no_file_names_any_more(contracts: Contracts) -> None:
    await contracts.person("1")
    twins = foyer(a.person(), a.person(nom_usage="SECOND"), matricule="2")
    named = foyer(a.person(), a.person(nom_usage="SECOND"), matricule="3")
    await contracts.import_foyers(twins, named)
    mine = [one for one in await waiting(contracts) if one["matricule"] == "2"]
    await resolve(contracts, mine[0], "ignored")
    keeper = Keeper(contracts.database, stores_of, contracts.clock, Policy(24, Then.ARCHIVE, 36))

    contracts.clock.instant += timedelta(days=700)
    await contracts.import_foyers(named)
    early = await keeper.matchings(apply=True)
    contracts.clock.instant += timedelta(days=60)
    listed = await keeper.matchings(apply=False)
    gone = await keeper.matchings(apply=True)

    assert (early, listed, gone) == (0, 2, 2)
    assert [one["matricule"] for one in await waiting(contracts)] == ["3", "3"]
    assert await waiting(contracts, "ignored") == []


@pytest.mark.parametrize("found", ["created", "unchanged"])
async def test_a_staged_import_does_not_bring_an_erased_person_back(contracts: Contracts, found: str) -> None:
    first = await previewed(contracts, csv_file(JEANNE).encode())
    if found == "unchanged":
        await apply(contracts, first)
        await work(contracts)
        ready = await _again(contracts)
    else:
        ready = first
        assert (await contracts.import_foyers(JEANNE_IN_FLOW)).created == 1
    assert ready["counts"][found] == 1

    await erase(contracts, await only_dossier(contracts))
    refused = await apply(contracts, await read(contracts, ready))

    assert (refused.status_code, refused.json()["type"]) == (409, "urn:cer:problem:import-expired")
    assert "a été effacée" in refused.json()["detail"]
    for table in ("dossier", "import_part", "import_difference", "import_named"):
        assert await contracts.scalar(f"SELECT count(*) FROM {table}") == 0


async def test_an_import_whose_file_an_erasure_took_away_comes_to_rest_and_says_so(contracts: Contracts) -> None:
    ready = await previewed(contracts, csv_file(JEANNE, PAUL).encode())
    assert (await apply(contracts, ready)).status_code == 202
    await contracts.import_foyers(JEANNE_IN_FLOW)
    await erase(contracts, await only_dossier(contracts))

    await work(contracts)

    rested = await read(contracts, ready)
    assert (rested["state"], rested["interrupted"]["code"]) == ("applied", "import-expired")
    assert await contracts.scalar("SELECT count(*) FROM dossier") == 0


async def test_an_erasure_while_lines_are_applied_stops_before_the_next(
    contracts: Contracts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.contracts.application.commands.lines.BATCH", 1)
    ready = await previewed(contracts, csv_file(PAUL, JEANNE).encode())
    assert (await apply(contracts, ready)).status_code == 202
    staging = contracts.app.state.staging

    def erased_meanwhile(file: BinaryIO, run: Run) -> tuple[Rules, Iterator[Part]]:
        rules, parts = staging.reader(file, run)
        return rules, _taken_away(contracts.database.url, list(parts))

    await replace(staging, reader=erased_meanwhile).work()

    rested = await read(contracts, ready)
    assert (rested["state"], rested["counts"]["created"]) == ("applied", 1)
    assert rested["interrupted"]["code"] == "import-expired"
    assert await contracts.scalar("SELECT count(*) FROM dossier WHERE nom_key = 'FICTIVE'") == 0


async def test_the_lines_of_others_stay_in_the_previews(contracts: Contracts) -> None:
    await previewed(contracts, csv_file(JEANNE, PAUL).encode())
    await contracts.import_foyers(JEANNE_IN_FLOW)

    await erase(contracts, await only_dossier(contracts))

    assert await cells_with(contracts.database, JEANNE[4], JEANNE[5].upper()) == set()
    assert await contracts.scalar("SELECT count(DISTINCT line) FROM import_difference") == 1
    assert await contracts.scalar("SELECT count(*) FROM import_named") == 1


def _taken_away(url: str, parts: list[Part]) -> Iterator[Part]:
    """The lines that the worker has read, the staged file being deleted after the first of them."""

    async def delete() -> None:
        database = Database(url)
        async with database.begin() as uow:
            await uow.session.execute(text("DELETE FROM import_part"))
        await database.close()

    yield parts[0]
    with ThreadPoolExecutor() as apart:
        apart.submit(asyncio.run, delete()).result()
    yield from parts[1:]


async def _again(contracts: Contracts) -> dict[str, Any]:
    answer = await upload(contracts, csv_file(JEANNE).encode(), key="k-2")
    assert answer.status_code == 202, answer.text
    await work(contracts)
    return await read(contracts, answer.json())

"""A person who has a dossier without a matricule is not given a second one by the file that names them: it asks."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from services.contracts.domain.imports.flow import ReadFoyer, ReadPerson
from services.contracts.entrypoints.cli import app
from shared.events.contracts import DossierChanged
from shared.security.principal import Role
from tests.builders import contracts as a
from tests.builders.imports import csv_file
from tests.integration.contracts.conftest import Contracts
from tests.integration.contracts.test_identity import IDENTITY

pytestmark = pytest.mark.integration

PERSON = a.person(adresse=("4 rue Neuve", "07000 Privas"))
FOYER = ReadFoyer(1, a.household("0012345"), (ReadPerson(7, PERSON),), 0)


async def by_hand(contracts: Contracts, territory: str = "nord", **changes: Any) -> dict[str, Any]:
    body = {**IDENTITY, "organisme": "CAF", "numero_organisme": "071", "matricule": None, **changes}
    made = await contracts.send("POST", "/dossiers", body, Role.SECRETARIAT, territory=territory)
    assert made.status_code == 201, made.text
    return dict(made.json())


async def waiting(contracts: Contracts, territory: str = "nord") -> list[Any]:
    answer = await contracts.get("/matchings?state=open", Role.SECRETARIAT, territory=territory)
    return list(answer.json()["matchings"])


async def resolve(contracts: Contracts, one: dict[str, Any], **body: Any) -> Any:
    path = f"/matchings/{one['id']}/resolution"
    return await contracts.send("POST", path, body, Role.SERVICE_INSERTION, version=one["version"])


async def test_the_flow_asks_where_the_dossier_is_followed_and_same_gives_it_the_household(
    contracts: Contracts,
) -> None:
    made = await by_hand(contracts, "sud")

    report = await contracts.import_foyers(FOYER)
    (one,) = await waiting(contracts, "sud")
    done = await resolve(contracts, one, decision="same", dossier_id=made["id"])
    after = await contracts.import_foyers(FOYER)

    assert (report.created, [(told.line, told.code) for told in report.refused]) == (0, [(7, "made-by-hand")])
    assert (one["candidates"], one["matricule"], await waiting(contracts)) == ([made["id"]], "0012345", [])
    assert done.status_code == 200, done.text
    assert (after.created, after.unchanged, after.refused) == (0, 1, [])
    kept = (await contracts.get(f"/dossiers/{made['id']}", Role.SERVICE_INSERTION)).json()
    assert (kept["matricule"], kept["adresse"]) == ("0012345", list(PERSON.adresse))
    assert "matricule" in (await contracts.told(DossierChanged))[-1].changed


async def test_another_person_of_that_name_gets_a_dossier_and_is_known_from_then_on(contracts: Contracts) -> None:
    made = await by_hand(contracts)
    await contracts.import_foyers(FOYER)
    (one,) = await waiting(contracts)

    done = await resolve(contracts, one, decision="another")
    after = await contracts.import_foyers(FOYER)

    assert done.status_code == 200, done.text
    assert (after.created, after.unchanged, after.refused) == (0, 1, [])
    assert done.json()["dossier_id"] != made["id"]
    assert await contracts.scalar("SELECT count(*) FROM dossier") == 2


async def test_nobody_is_asked_of_who_has_a_matricule_or_another_birth_date(contracts: Contracts) -> None:
    await by_hand(contracts, matricule="77")
    await by_hand(contracts, date_naissance="1991-04-05")

    report = await contracts.import_foyers(FOYER)

    assert (report.created, report.refused) == (1, [])


async def test_the_household_is_not_given_under_a_signature(contracts: Contracts) -> None:
    made = await by_hand(contracts)
    path = f"/dossiers/{made['id']}"
    await contracts.send("PUT", f"{path}/referent", {"referent_id": "referent-nord"}, version=1)
    reach = {"mail": "jeanne@example.org", "telephone": "06 39 98 00 01"}
    assert (await contracts.send("PUT", f"{path}/contact", reach, version=2)).status_code == 200
    cer = await contracts.cer(made)
    assert (await contracts.send("POST", f"/cers/{cer['id']}/signature")).status_code in {200, 202}
    await contracts.import_foyers(FOYER)
    (one,) = await waiting(contracts)

    refused = await resolve(contracts, one, decision="same", dossier_id=made["id"])

    assert refused.json()["type"] == "urn:cer:problem:signature-under-way"


async def test_a_mapped_file_asks_as_well(contracts: Contracts, command_settings: Path) -> None:
    made = await by_hand(contracts)
    row = ("CAF", "071", "0012345", "Mme", "ESSAI", "Jeanne", "05/04/1990", "", "")
    file, report = command_settings / "gens.csv", command_settings / "report.json"
    await asyncio.to_thread(file.write_text, csv_file(row))
    arguments = ["import", "beneficiaries", str(file), "--mapping", "tableur-simple", "--report", str(report)]

    await asyncio.to_thread(CliRunner().invoke, app, arguments)

    told = json.loads(await asyncio.to_thread(report.read_text))
    assert (told["created"], [one["code"] for one in told["refused"]]) == (0, ["made-by-hand"])
    (one,) = await waiting(contracts)
    assert one["candidates"] == [made["id"]]


async def test_a_merge_gives_the_household_to_the_dossier_that_has_none(contracts: Contracts) -> None:
    flows = await contracts.person("0012345")
    made = await by_hand(contracts)
    body = {"absorbed_id": flows["id"], "absorbed_version": 1}

    done = await contracts.send("POST", f"/dossiers/{made['id']}/merge", body, Role.ADMIN, version=1)
    after = await contracts.import_foyers(FOYER)

    assert (done.status_code, done.json()["matricule"]) == (200, "0012345")
    assert (after.created, after.changed, after.refused) == (0, 1, [])

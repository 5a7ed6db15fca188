"""A file goes on naming people under households whose dossier was merged: what it says is for the one that remains."""

import asyncio
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from services.contracts.domain.dossiers.household import Person
from services.contracts.domain.imports.flow import ReadFoyer, ReadPerson
from services.contracts.entrypoints.cli import app
from shared.events.contracts import DossierChanged
from shared.security.principal import Role
from tests.builders import contracts as a
from tests.builders.imports import HEADER, csv_file
from tests.integration.contracts.conftest import MOBILE, Contracts

pytestmark = pytest.mark.integration

IDENTITY = {"civilite", "sexe", "nom_naissance", "nom_usage", "prenoms", "date_naissance", "adresse",
            "situation_familiale", "date_entree_rsa"}  # fmt: skip
MOVED = ("4 rue Neuve", "07000 Privas")
BENEFICIARY = ("CAF", "071", "2", "Mme", "Essai", "Jeanne", "05/04/1990", "", "jeanne@example.org")
CONTACTS = ("N° CAF/MSA", "Nom", "Prénom", "Date de naissance", "Téléphone portable", "Téléphone domicile", "Mail")
CERS = ("Identifiant contrat", "N° CAF/MSA", "Nom", "Prénom", "N° contrat", "Type de contrat", "Date de signature",
        "Début", "Fin", "Etat", "Dernier contrat", "Référent")  # fmt: skip
FORMER = ("S-1", "2", "Essai", "Jeanne", "2", "Renouvellement", "06/10/2025", "01/11/2025", "30/04/2026",
          "En cours", "non", "")  # fmt: skip


def foyer(matricule: str, *persons: Person) -> ReadFoyer:
    return ReadFoyer(1, a.household(matricule), tuple(ReadPerson(7 + n, one) for n, one in enumerate(persons)), 0)


async def merge(contracts: Contracts, survivor: dict[str, Any], absorbed: dict[str, Any]) -> None:
    query = "SELECT version FROM dossier WHERE id = :id"
    seen = [await contracts.scalar(query, id=one["id"]) for one in (survivor, absorbed)]
    body = {"absorbed_id": absorbed["id"], "absorbed_version": seen[1]}
    done = await contracts.send("POST", f"/dossiers/{survivor['id']}/merge", body, Role.ADMIN, version=seen[0])
    assert done.status_code == 200, done.text


async def now(contracts: Contracts, dossier: dict[str, Any]) -> dict[str, Any]:
    return dict((await contracts.get(f"/dossiers/{dossier['id']}", Role.SECRETARIAT)).json())


async def take(
    contracts: Contracts, folder: Path, mapping: str, header: tuple[str, ...], *rows: tuple[str, ...]
) -> Any:
    file, report = folder / "fichier.csv", folder / "report.json"
    await asyncio.to_thread(file.write_text, csv_file(*rows, header=header))
    command = "cers" if mapping == "solis-cers" else "beneficiaries"
    arguments = ["import", command, str(file), "--mapping", mapping, "--report", str(report)]
    done = await asyncio.to_thread(CliRunner().invoke, app, arguments)
    assert done.exit_code in {0, 2}, done.output
    return json.loads(await asyncio.to_thread(report.read_text))


def codes(report: Any) -> list[str]:
    return [one["code"] for one in report["kept"]]


async def test_the_flow_reaches_what_absorbed_the_dossier_through_a_chain_too(contracts: Contracts) -> None:
    first, second, last = [await contracts.person(matricule) for matricule in ("1", "2", "3")]
    await merge(contracts, second, first)
    await merge(contracts, last, second)

    report = await contracts.import_foyers(foyer("1", a.person(adresse=MOVED)))
    again = await contracts.import_foyers(foyer("2", a.person(adresse=MOVED)))

    assert (report.created, report.changed, again.unchanged, again.refused) == (0, 1, 1, [])
    assert [(one.line, one.code) for one in report.kept + again.kept] == [(7, "merged-household")] * 2
    kept = await now(contracts, last)
    assert (kept["adresse"], kept["matricule"]) == (list(MOVED), "3")
    told = (await contracts.told(DossierChanged))[-1]
    assert (str(told.dossier_id), told.changed) == (last["id"], ("adresse",))


async def test_the_names_and_corrections_of_what_remains_stand(contracts: Contracts) -> None:
    remains, absorbed = await contracts.person("1"), await contracts.person("2", nom_naissance="ESAI")
    await merge(contracts, remains, absorbed)
    body = {name: value for name, value in (await now(contracts, remains)).items() if name in IDENTITY}
    corrected = {**body, "nom_usage": "Usuel"}
    done = await contracts.send("PUT", f"/dossiers/{remains['id']}/identity", corrected, Role.SECRETARIAT, version=2)
    assert done.status_code == 200, done.text

    report = await contracts.import_foyers(foyer("2", a.person(nom_naissance="ESAI", adresse=MOVED)))

    kept = await now(contracts, remains)
    assert (report.changed, sorted(one.code for one in report.kept)) == (1, ["corrected-here", "merged-household"])
    assert (kept["nom_naissance"], kept["nom_usage"], kept["adresse"]) == ("ESSAI", "Usuel", list(MOVED))


@pytest.mark.parametrize("batch", [1, 200])
async def test_its_own_household_goes_before_that_of_what_was_absorbed(
    contracts: Contracts, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    monkeypatch.setattr("services.contracts.application.commands.imports.BATCH", batch)
    remains, absorbed = await contracts.person("1"), await contracts.person("2")
    await merge(contracts, remains, absorbed)
    own, other = foyer("1", a.person(adresse=MOVED)), foyer("2", a.person(adresse=("AILLEURS",)))

    report = await contracts.import_foyers(own, other)
    again = await contracts.import_foyers(own, other)

    assert (report.changed, report.unchanged, again.changed, again.unchanged) == (1, 1, 0, 2)
    assert [one.code for one in report.kept] == ["named-elsewhere"]
    assert (await now(contracts, remains))["adresse"] == list(MOVED)


async def test_two_absorbed_households_of_one_person_change_it_once(contracts: Contracts) -> None:
    remains, one, other = [await contracts.person(matricule) for matricule in ("1", "2", "3")]
    await merge(contracts, remains, one)
    await merge(contracts, remains, other)

    report = await contracts.import_foyers(
        foyer("2", a.person(adresse=MOVED)), foyer("3", a.person(adresse=("AILLEURS",)))
    )

    assert (report.changed, [one.code for one in report.kept]) == (1, ["merged-household", "named-elsewhere"])
    versions = [one.aggregate_version for one in await contracts.told(DossierChanged)]
    assert len(versions) == len(set(versions))


async def test_who_looks_like_what_was_absorbed_is_asked_and_can_be_what_remains(contracts: Contracts) -> None:
    remains, absorbed = await contracts.person("1"), await contracts.person("2")
    await merge(contracts, remains, absorbed)
    alike = a.person(date_naissance=date(1990, 5, 4))

    await contracts.import_foyers(foyer("2", alike))
    (one,) = (await contracts.get("/matchings?state=open", Role.SECRETARIAT)).json()["matchings"]
    assert one["candidates"] == [remains["id"]]
    body = {"decision": "same", "dossier_id": remains["id"]}
    path = f"/matchings/{one['id']}/resolution"
    done = await contracts.send("POST", path, body, Role.SECRETARIAT, version=one["version"])
    after = await contracts.import_foyers(foyer("2", alike), foyer("2", a.person(adresse=MOVED)))

    assert done.status_code == 200, done.text
    assert (after.created, after.refused) == (0, [])
    assert (await now(contracts, remains))["matricule"] == "2"


async def test_what_an_agent_said_of_a_twin_holds_after_a_merge(contracts: Contracts) -> None:
    absorbed, remains = await contracts.person("2"), await contracts.person("1")
    twins = foyer("2", a.person(), a.person(nom_usage="AUTRE"))
    await contracts.import_foyers(twins)
    waiting = (await contracts.get("/matchings?state=open", Role.SECRETARIAT)).json()["matchings"]
    (mine,) = [one for one in waiting if one["nom_usage"] is None]
    body = {"decision": "same", "dossier_id": absorbed["id"]}
    path = f"/matchings/{mine['id']}/resolution"
    assert (await contracts.send("POST", path, body, Role.SECRETARIAT, version=1)).status_code == 200
    await merge(contracts, remains, absorbed)

    report = await contracts.import_foyers(foyer("2", a.person(adresse=MOVED), a.person(nom_usage="AUTRE")))

    assert [one.code for one in report.refused] == ["ambiguous"]
    assert (await now(contracts, remains))["adresse"] == list(MOVED)


async def test_mapped_beneficiaries_and_contacts_reach_what_remains(
    contracts: Contracts, command_settings: Path
) -> None:
    remains, absorbed = await contracts.person("1"), await contracts.person("2")
    await merge(contracts, remains, absorbed)

    mapped = await take(contracts, command_settings, "tableur-simple", HEADER, BENEFICIARY)
    row = ("2", "ESSAI", "JEANNE", "05/04/1990", "639980001", "", "")
    contacts = await take(contracts, command_settings, "solis-contacts", CONTACTS, row)
    again = await take(contracts, command_settings, "solis-contacts", CONTACTS, row)

    assert (mapped["changed"], contacts["changed"], again["unchanged"]) == (1, 1, 1)
    assert codes(mapped) == codes(contacts) == codes(again) == ["merged-household"]
    contact = (await now(contracts, remains))["contact"]
    assert (contact["mail"], contact["telephone_shown"]) == ("jeanne@example.org", MOBILE)


async def test_lines_of_both_households_are_told_and_the_own_one_counts(
    contracts: Contracts, command_settings: Path
) -> None:
    remains, absorbed = await contracts.person("1"), await contracts.person("2")
    await merge(contracts, remains, absorbed)
    own = (*BENEFICIARY[:2], "1", *BENEFICIARY[3:8], "la.sienne@example.org")

    report = await take(contracts, command_settings, "tableur-simple", HEADER, BENEFICIARY, own)

    assert [(one["line"], one["code"]) for one in report["refused"]] == [(2, "conflict")]
    assert (await now(contracts, remains))["contact"]["mail"] == "la.sienne@example.org"


async def test_former_cers_of_an_absorbed_household_are_taken_over_by_what_remains(
    contracts: Contracts, command_settings: Path
) -> None:
    remains, absorbed = await contracts.person("1"), await contracts.person("2")
    await take(contracts, command_settings, "solis-cers", CERS, FORMER)
    await merge(contracts, remains, absorbed)

    other = ("S-2", *FORMER[1:])
    report = await take(contracts, command_settings, "solis-cers", CERS, FORMER, other)

    assert (report["created"], report["unchanged"], report["refused"]) == (1, 1, [])
    assert codes(report) == ["merged-household"] * 2
    cers = (await contracts.get(f"/dossiers/{remains['id']}/cers", Role.SERVICE_INSERTION)).json()["cers"]
    assert len(cers) == 2

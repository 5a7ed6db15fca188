"""CERs of the software that came before: taken over once, told with their dates, never printed nor mailed."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from services.contracts.entrypoints.cli import app
from shared.events.blocks import Identity
from shared.events.contracts import CerValidated, DossierChanged
from shared.events.imported import CerImported
from shared.security.principal import Role
from tests.builders.imports import csv_file
from tests.integration.contracts.conftest import REFERENT, Contracts

pytestmark = pytest.mark.integration

HEADER = ("Identifiant contrat", "N° CAF/MSA", "Nom", "Prénom", "N° contrat", "Type de contrat", "Date de signature",
          "Début", "Fin", "Etat", "Dernier contrat", "Référent")  # fmt: skip
FORMER = ("S-1", "001234500000000", "Essai", "Jeanne", "2", "Renouvellement", "06/10/2025", "01/11/2025", "30/04/2026",
          "En cours", "non", "")  # fmt: skip


def with_(**changes: str) -> tuple[str, ...]:
    """The line with other cells, by the name of their column without blanks."""
    return tuple(changes.get(name.replace(" ", "_"), cell) for name, cell in zip(HEADER, FORMER, strict=True))


async def take(contracts: Contracts, folder: Path, *rows: tuple[str, ...]) -> Any:
    file, report = folder / "cers.csv", folder / "report.json"
    await asyncio.to_thread(file.write_text, csv_file(*rows, header=HEADER))
    arguments = ["import", "cers", str(file), "--mapping", "solis-cers", "--report", str(report)]
    done = await asyncio.to_thread(CliRunner().invoke, app, arguments)
    assert done.exit_code in {0, 2}, done.output
    return json.loads(await asyncio.to_thread(report.read_text))


async def test_a_former_cer_is_listed_with_its_state_and_told_with_its_dates(
    contracts: Contracts, command_settings: Path
) -> None:
    dossier = await contracts.person()

    report = await take(contracts, command_settings, FORMER)

    assert (report["created"], report["refused_lines"]) == (1, 0)
    cers = (await contracts.get(f"/dossiers/{dossier['id']}/cers", Role.SERVICE_INSERTION)).json()
    (cer,) = cers["cers"] if isinstance(cers, dict) else cers
    assert (cer["numero"], cer["state"], cer["date_fin"]) == (2, "valide", "2026-04-30")
    (told,) = await contracts.told(CerImported)
    assert (told.state, told.source, told.date_debut.isoformat()) == ("valide", "solis", "2025-11-01")
    assert contracts.keys.open(Identity, told.identity).nom_naissance == "ESSAI"
    assert await contracts.told(CerValidated) == []
    history = (await contracts.get(f"/cers/{cer['id']}/history", Role.SERVICE_INSERTION)).text
    assert "import:solis-cers" in history


async def test_a_former_cer_can_be_read_and_stays_as_it_is(contracts: Contracts, command_settings: Path) -> None:
    dossier = await contracts.accompanied()
    await take(contracts, command_settings, FORMER)
    cer_id = await contracts.scalar("SELECT id FROM cer")

    read = await contracts.get(f"/cers/{cer_id}")
    deleted = await contracts.send("DELETE", f"/cers/{cer_id}", version=1)
    new = await contracts.send("POST", f"/dossiers/{dossier['id']}/cers", {"nature": "renouvellement"})

    assert (read.status_code, read.json()["state"]) == (200, "valide")
    assert deleted.status_code == 409
    assert (new.status_code, new.json()["numero"]) == (201, 3)


async def test_the_same_extraction_again_changes_nothing_and_a_newer_one_is_told(
    contracts: Contracts, command_settings: Path
) -> None:
    await contracts.person()
    await take(contracts, command_settings, FORMER)

    again = await take(contracts, command_settings, FORMER, ())
    newer = await take(contracts, command_settings, with_(Fin="31/05/2026", Dernier_contrat="Oui"))

    assert (again["created"], again["changed"], again["unchanged"]) == (0, 0, 1)
    assert (newer["created"], newer["changed"]) == (0, 1)
    told = await contracts.told(CerImported)
    assert [(one.aggregate_version, one.dernier_contrat) for one in told] == [(1, False), (2, True)]
    assert await contracts.scalar("SELECT count(*) FROM cer") == 1


async def test_an_import_again_keeps_what_was_done_here_and_says_so(
    contracts: Contracts, command_settings: Path
) -> None:
    await contracts.accompanied()
    await take(contracts, command_settings, FORMER)
    path = f"/cers/{await contracts.scalar('SELECT id FROM cer')}"
    body = {"dernier_contrat": True}
    assert (await contracts.send("PUT", f"{path}/dernier-contrat", body, version=1)).status_code == 200

    again = await take(contracts, command_settings, with_(Fin="31/05/2026"))

    assert (again["changed"], again["unchanged"], again["refused_lines"]) == (0, 1, 0)
    assert {(one["field"], one["code"]) for one in again["kept"]} == {
        ("date_fin", "changed-here"),
        ("dernier_contrat", "changed-here"),
    }
    cer = (await contracts.get(path)).json()
    assert (cer["date_fin"], cer["dernier_contrat"], cer["version"]) == ("2026-04-30", True, 2)


async def test_an_import_never_changes_an_outcome(contracts: Contracts, command_settings: Path) -> None:
    await contracts.person()
    await take(contracts, command_settings, FORMER)

    again = await take(contracts, command_settings, with_(Etat="Refusé", Fin="31/05/2026"))

    assert [(one["line"], one["field"], one["code"]) for one in again["refused"]] == [(2, "state", "final-outcome")]
    assert (again["changed"], again["refused_lines"]) == (0, 1)
    assert await contracts.scalar("SELECT state || ' ' || date_fin || ' ' || version FROM cer") == "valide 2026-04-30 1"


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"Etat": "Bizarre"}, "state", "unknown-value"),
        ({"Fin": "01/11/2025"}, "date_fin", "before-start"),
        ({"Date_de_signature": "01/01/2099"}, "date_signature", "future"),
        ({"Début": "01/01/1950"}, "date_debut", "date"),
        ({"N°_CAF/MSA": "999"}, "matricule", "unknown-person"),
        ({"Nom": "Autre"}, "matricule", "unknown-person"),
        ({"Identifiant_contrat": ""}, "external_id", "missing"),
        ({"N°_contrat": "0"}, "numero", "number"),
    ],
)
async def test_a_line_that_makes_no_cer_is_refused_with_its_field(
    contracts: Contracts, command_settings: Path, changes: dict[str, str], field: str, code: str
) -> None:
    await contracts.person()

    report = await take(contracts, command_settings, with_(**changes))

    assert [(one["line"], one["field"], one["code"]) for one in report["refused"]] == [(2, field, code)]
    assert await contracts.scalar("SELECT count(*) FROM cer") == 0


async def test_cancelled_ones_are_passed_over_and_each_state_is_translated(
    contracts: Contracts, command_settings: Path
) -> None:
    await contracts.person()
    rows = [
        with_(Identifiant_contrat=f"S-{rank}", Etat=state)
        for rank, state in enumerate(("Validé", "ECHU", "Refusé", "Annulé"))
    ]

    report = await take(contracts, command_settings, *rows)

    assert (report["created"], report["skipped"]) == (3, 1)
    assert {one.state for one in await contracts.told(CerImported)} == {"valide", "non_valide"}


async def test_a_known_referent_is_given_to_a_dossier_that_nobody_accompanies(
    contracts: Contracts, command_settings: Path
) -> None:
    await contracts.get("/dossiers", subject=REFERENT)  # their first login
    name = await contracts.scalar("SELECT full_name FROM agent WHERE id = :id", id=REFERENT)
    dossier = await contracts.person()

    report = await take(
        contracts,
        command_settings,
        with_(Référent=name),
        with_(Identifiant_contrat="S-2", Référent=name),
        with_(Identifiant_contrat="S-3", Référent="Inconnue"),
    )

    assert report["created"] == 3
    found = (await contracts.get(f"/dossiers/{dossier['id']}", Role.SERVICE_INSERTION)).json()
    assert found["referent"]["id"] == REFERENT
    assert len(await contracts.told(DossierChanged)) == 1
    assert {one.referent_id for one in await contracts.told(CerImported)} == {REFERENT}


async def test_a_referent_who_never_logged_in_is_told_and_stops_nothing(
    contracts: Contracts, command_settings: Path
) -> None:
    await contracts.person()

    report = await take(contracts, command_settings, with_(Référent="Camille Inconnue"))

    assert report["created"] == 1
    assert [(one["field"], one["code"]) for one in report["kept"]] == [("referent", "unknown-referent")]

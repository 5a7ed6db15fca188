"""`cer contracts import beneficiaries`: who is created, changed, kept and refused; a file twice; a dry run."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from services.contracts.adapters.mapped.mapping import shipped
from services.contracts.entrypoints.cli import app
from shared.events.blocks import Identity
from shared.events.contracts import DossierChanged, DossierRegistered
from shared.security.principal import Role
from tests.builders.imports import JEANNE, PAUL, csv_file, workbook
from tests.integration.contracts.conftest import MOBILE, Contracts

pytestmark = pytest.mark.integration

CONTACTS = ("N° CAF/MSA", "Nom", "Prénom", "Date de naissance", "Téléphone portable", "Téléphone domicile", "Mail")
CONTACT = ("0012345", "FICTIVE", "JEANNE", "02/07/1971", "", "465710001", "nouvelle@example.org")


class Command:
    """Runs the command on a file of the test's folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def run(self, data: str | bytes, *options: str, mapping: str = "tableur-simple") -> tuple[Result, Any]:
        file, report = self.folder / "fichier", self.folder / "report.json"
        file.write_bytes(data.encode() if isinstance(data, str) else data)
        arguments = ["import", "beneficiaries", str(file), "--mapping", mapping, "--report", str(report), *options]
        done = await asyncio.to_thread(CliRunner().invoke, app, arguments)
        assert done.exit_code in {0, 1, 2}, done.output
        return done, json.loads(report.read_text()) if report.exists() else None


@pytest.fixture
def command(contracts: Contracts, command_settings: Path) -> Command:
    return Command(command_settings)


def counts(report: Any) -> tuple[int, int, int, int]:
    return report["created"], report["changed"], report["unchanged"], report["refused_lines"]


async def dossier(contracts: Contracts, name: str = "fictive") -> dict[str, Any]:
    (found,) = (await contracts.get(f"/dossiers?name={name}", Role.SERVICE_INSERTION)).json()["dossiers"]
    return dict((await contracts.get(f"/dossiers/{found['id']}", Role.SERVICE_INSERTION)).json())


async def test_beneficiaries_are_registered_with_their_contact_data(contracts: Contracts, command: Command) -> None:
    done, report = await command.run(csv_file(JEANNE, PAUL), "--territory", "nord")

    assert (done.exit_code, counts(report)) == (0, (2, 0, 0, 0))
    jeanne = await dossier(contracts)
    assert (jeanne["territory"], jeanne["contact"]["telephone_shown"]) == ("nord", MOBILE)
    assert jeanne["contact"]["changed_by"] == "import:tableur-simple"
    told = await contracts.told(DossierRegistered)
    assert [one.aggregate_version for one in told] == [1, 1]
    assert contracts.keys.open(Identity, told[0].identity).mail == "jeanne@example.org"


async def test_the_same_file_again_changes_and_tells_nothing(contracts: Contracts, command: Command) -> None:
    await command.run(csv_file(JEANNE, PAUL))
    before = len(await contracts.told())

    _, report = await command.run(workbook(JEANNE, PAUL))

    assert counts(report) == (0, 0, 2, 0)
    assert len(await contracts.told()) == before
    # Named once more: that is kept for retention, as no version.
    assert await contracts.scalar("SELECT count(seen_at) FROM dossier") == 2


async def test_a_dry_run_says_the_same_and_changes_nothing(contracts: Contracts, command: Command) -> None:
    done, report = await command.run(csv_file(JEANNE, PAUL), "--dry-run")

    assert counts(report) == (2, 0, 0, 0)
    assert "rien n'est changé" in done.output
    assert await contracts.scalar("SELECT count(*) FROM dossier") == 0
    assert await contracts.told() == []


async def test_a_change_is_one_event_with_all_that_changed(contracts: Contracts, command: Command) -> None:
    await command.run(csv_file(JEANNE))
    married = ("Nom d'usage", *JEANNE[:0])
    header = (*csv_file().strip().split(";"), *married)

    _, report = await command.run(csv_file((*JEANNE[:7], "639980009", JEANNE[8], "AUTRE"), header=header))

    assert counts(report) == (0, 1, 0, 0)
    (told,) = await contracts.told(DossierChanged)
    assert (told.aggregate_version, told.changed) == (2, ("nom_usage", "telephone"))


async def test_refused_lines_come_back_as_a_file_and_the_others_go_on(contracts: Contracts, command: Command) -> None:
    refused = command.folder / "refused.csv"
    wrong = (*PAUL[:6], "31/02/1972", *PAUL[7:])

    done, report = await command.run(csv_file(JEANNE, wrong), "--refused", str(refused))
    _, again = await command.run(refused.read_text("utf-8-sig").replace("31/02/1972", "03/08/1972"))

    assert (done.exit_code, counts(report)) == (2, (1, 0, 0, 1))
    assert [(one["line"], one["field"], one["code"]) for one in report["refused"]] == [(3, "date_naissance", "date")]
    assert counts(again) == (1, 0, 0, 0)


async def test_an_ambiguous_person_is_refused_for_a_manual_matching(contracts: Contracts, command: Command) -> None:
    await command.run(csv_file(JEANNE))

    _, report = await command.run(csv_file((*JEANNE[:6], "02/07/1972", *JEANNE[7:])))

    assert counts(report) == (0, 0, 0, 1)
    assert [(one["line"], one["field"], one["code"]) for one in report["refused"]] == [
        (2, "nom_naissance", "ambiguous")
    ]


async def test_contacts_complete_known_persons_and_never_create(contracts: Contracts, command: Command) -> None:
    await command.run(csv_file((*JEANNE[:7], "", ""), PAUL))
    stranger = ("0099999", "ABSENTE", "ANNE", "01/01/1980", "639980008", "", "")

    _, report = await command.run(csv_file(CONTACT, stranger, header=CONTACTS), mapping="solis-contacts")

    assert counts(report) == (0, 1, 0, 1)
    assert [one["code"] for one in report["refused"]] == ["unknown-person"]
    contact = (await dossier(contracts))["contact"]
    assert (contact["mail"], contact["telephone"]) == ("nouvelle@example.org", "+33465710001")


async def test_a_landline_never_overwrites_a_mobile_and_an_empty_cell_erases_nothing(
    contracts: Contracts, command: Command
) -> None:
    await command.run(csv_file(JEANNE))

    _, report = await command.run(csv_file(CONTACT, header=CONTACTS), mapping="solis-contacts")
    _, empty = await command.run(csv_file((*CONTACT[:4], "", "", ""), header=CONTACTS), mapping="solis-contacts")

    contact = (await dossier(contracts))["contact"]
    assert (contact["mail"], contact["telephone_shown"]) == ("nouvelle@example.org", MOBILE)
    assert (contact["fixe"], report["kept"]) == ("+33465710001", [])
    assert counts(empty) == (0, 0, 1, 0)


async def test_a_landline_beside_a_mobile_is_kept_of_one_cell_and_of_two_columns(
    contracts: Contracts, command: Command
) -> None:
    _, made = await command.run(csv_file(JEANNE, PAUL))
    both = (*CONTACT[:4], "639980009", "465710002", "")

    _, report = await command.run(csv_file(both, header=CONTACTS), mapping="solis-contacts")
    _, again = await command.run(csv_file(both, header=CONTACTS), mapping="solis-contacts")

    paul, jeanne = (await dossier(contracts, "fictif"))["contact"], (await dossier(contracts))["contact"]
    assert (paul["telephone"], paul["fixe"]) == ("+33639980002", "+33465710001")
    assert (jeanne["telephone"], jeanne["fixe"]) == ("+33639980009", "+33465710002")
    assert (counts(report), counts(again)) == ((0, 1, 0, 0), (0, 0, 1, 0))
    assert made["kept"] == report["kept"] == []
    assert [one.changed for one in await contracts.told(DossierChanged)] == [("telephone", "fixe")]


async def test_a_contact_that_an_agent_entered_since_is_kept_unless_the_mapping_prefers_the_file(
    contracts: Contracts, command: Command
) -> None:
    await command.run(csv_file(JEANNE))
    path = f"/dossiers/{(await dossier(contracts))['id']}/contact"
    entered = {"mail": "agent@example.org", "telephone": MOBILE}
    assert (await contracts.send("PUT", path, entered, Role.SERVICE_INSERTION, version=1)).status_code == 200
    mapping = command.folder / "prefer.toml"
    mapping.write_text(shipped()["solis-contacts"].read_text().replace('prefer = "agent"', 'prefer = "file"'))
    table = csv_file(CONTACT, header=CONTACTS)

    _, kept = await command.run(table, "--file-date", "2026-03-01", mapping="solis-contacts")
    assert (await dossier(contracts))["contact"]["mail"] == "agent@example.org"
    _, replaced = await command.run(table, "--file-date", "2026-03-01", mapping=str(mapping))

    assert "agent-is-newer" in {one["code"] for one in kept["kept"]}
    assert (counts(kept), counts(replaced)) == ((0, 0, 1, 0), (0, 1, 0, 0))
    assert (await dossier(contracts))["contact"]["mail"] == "nouvelle@example.org"


async def test_contact_data_do_not_change_under_a_signature(contracts: Contracts, command: Command) -> None:
    cer = await contracts.cer()
    asked = await contracts.send("POST", f"/cers/{cer['id']}/signature")
    assert asked.status_code in {200, 202}, asked.text
    row = ("001234500000000", "", "", "", "639980009", "", "")

    _, report = await command.run(csv_file(row, header=CONTACTS), mapping="solis-contacts")

    assert [one["code"] for one in report["kept"]] == ["signature-under-way"]
    assert await contracts.scalar("SELECT telephone FROM dossier") == "+33639980001"


@pytest.mark.parametrize(
    ("data", "mapping", "said"),
    [
        ("Nom;Prénom\r\nFICTIVE;Jeanne\r\n", "tableur-simple", "Colonnes introuvables"),
        ("x", "absent", "n'existe pas"),
        ("x", "solis-cers", "pas pour cette commande"),
    ],
)
async def test_what_cannot_be_read_at_all_exits_with_1(
    contracts: Contracts, command: Command, data: str, mapping: str, said: str
) -> None:
    done, _ = await command.run(data, mapping=mapping)

    assert done.exit_code == 1
    assert said in done.output


async def test_the_mappings_that_come_with_the_software_are_listed_and_others_checked(command: Command) -> None:
    wrong = command.folder / "wrong.toml"
    wrong.write_text('kind = "contacts"\n')

    listed = await asyncio.to_thread(CliRunner().invoke, app, ["import", "mappings"])
    checked = await asyncio.to_thread(CliRunner().invoke, app, ["import", "mappings", str(wrong)])

    assert "solis-contacts" in listed.output
    assert (listed.exit_code, checked.exit_code) == (0, 1)
    assert "label" in checked.output

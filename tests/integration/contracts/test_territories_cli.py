"""Territories from a terminal: opened once, asked for by an import, refused by name when they do not exist."""

import asyncio
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from services.contracts.entrypoints.cli import app
from shared.events.reference import TerritoryChanged
from tests.integration.contracts.conftest import Contracts

pytestmark = pytest.mark.integration


async def run(*arguments: str) -> Result:
    return await asyncio.to_thread(CliRunner().invoke, app, list(arguments))


async def test_a_territory_is_opened_once_and_told(contracts: Contracts, command_settings: Path) -> None:
    first = await run("territories", "open", "est", "Territoire Est")
    again = await run("territories", "open", "est", "Autre nom")

    assert [(one.exit_code, one.output.strip()) for one in (first, again)] == [
        (0, "est : ouvert"),
        (0, "est : existe déjà"),
    ]
    (told,) = await contracts.told(TerritoryChanged)
    assert (told.territory, told.label, told.aggregate_version) == ("est", "Territoire Est", 1)


@pytest.mark.parametrize(("code", "name"), [("pas un code", "Est"), ("", "Est"), ("est", "  "), ("e" * 41, "Est")])
async def test_a_code_that_nothing_could_hold_is_refused(
    contracts: Contracts, command_settings: Path, code: str, name: str
) -> None:
    refused = await run("territories", "open", code, name)

    assert refused.exit_code == 1
    assert "Un territoire a un code" in refused.output
    assert await contracts.told(TerritoryChanged) == []


async def test_an_import_names_the_territory_that_does_not_exist_and_takes_nothing(
    contracts: Contracts, command_settings: Path, tmp_path: Path
) -> None:
    flow = tmp_path / "flux.xml"
    flow.write_text("<IdentificationFlux/>")

    refused = await run("import", "cnaf", str(flow), "--territory", "nulle_part")

    assert refused.exit_code == 1
    assert "Territoire inconnu : Aucun territoire n'a le code « nulle_part »" in refused.output
    assert await contracts.scalar("SELECT count(*) FROM dossier") == 0

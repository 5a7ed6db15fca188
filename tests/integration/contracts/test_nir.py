"""The NIR: nothing of it without a key; with one, a hash that tells who is who across names and households."""

import asyncio
import io
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from services.contracts.adapters.cnaf.reader import read_flow
from services.contracts.adapters.nir import KeyedNirs
from services.contracts.adapters.repository import stores_of
from services.contracts.application.commands.imports import Importer
from services.contracts.domain.imports.flow import FlowFacts, ReadFoyer, ReadPerson, Report
from services.contracts.entrypoints.cli import app
from shared.events.contracts import DossierChanged, DossierRegistered
from shared.security.principal import Role
from tests.builders import contracts as a
from tests.builders.canaries import cells_with
from tests.builders.nirs import NIRS, OTHER_NIRS, hashed
from tests.integration.contracts.conftest import Contracts

pytestmark = pytest.mark.integration

SAMPLE = (Path(__file__).parents[2] / "data" / "cnaf" / "RSABEM.xml").read_bytes()
NUMBERS = ("2820251108030", "1770393050005", "2730799404078")
HASHES = tuple(hashed(number) for number in NUMBERS)
HELD = "SELECT count(*) FROM dossier WHERE nir_hash IS NOT NULL"


async def flow(contracts: Contracts, data: bytes, nirs: KeyedNirs | None = NIRS, territory: str = "nord") -> Report:
    facts = FlowFacts()
    importer = Importer(contracts.database, stores_of, contracts.clock, territory)
    return await importer.run(read_flow(io.BytesIO(data), facts, nirs), facts)


def counts(report: Report) -> tuple[int, int, int, list[str]]:
    return report.created, report.changed, report.unchanged, [one.code for one in report.refused]


async def everywhere(contracts: Contracts) -> set[str]:
    """Cells that hold a number, or its hash in bytes or in digits."""
    shown = [one.hex() for one in HASHES]
    found = await cells_with(contracts.database, *NUMBERS, *shown)
    held = "SELECT count(*) FROM dossier WHERE nir_hash = ANY(:hashes)"
    return found | ({"dossier.nir_hash"} if await contracts.scalar(held, hashes=list(HASHES)) else set())


async def waiting(contracts: Contracts, role: Role = Role.SECRETARIAT) -> list[Any]:
    return list((await contracts.get("/matchings", role)).json()["matchings"])


async def resolve(contracts: Contracts, one: dict[str, Any], **body: Any) -> Any:
    path = f"/matchings/{one['id']}/resolution"
    return await contracts.send("POST", path, body, Role.SECRETARIAT, version=one["version"])


async def named(contracts: Contracts, name: str) -> list[dict[str, Any]]:
    return list((await contracts.get(f"/dossiers?name={name}", Role.SERVICE_INSERTION)).json()["dossiers"])


async def test_without_a_key_neither_number_nor_hash_stands_anywhere(contracts: Contracts) -> None:
    assert counts(await flow(contracts, SAMPLE, None)) == (3, 0, 0, [])
    await flow(contracts, SAMPLE.replace(b"<PRENOM>SOPHIE", b"<PRENOM>SOPHIA"), None)

    assert await everywhere(contracts) == set()
    assert await contracts.scalar(HELD) == 0


async def test_with_a_key_the_hash_stands_in_one_column_and_the_number_nowhere(contracts: Contracts) -> None:
    assert counts(await flow(contracts, SAMPLE)) == (3, 0, 0, [])

    assert await everywhere(contracts) == {"dossier.nir_hash"}
    assert await contracts.scalar(HELD) == 3


async def test_two_keys_give_two_hashes_and_names_tell_while_they_are_learnt_anew(contracts: Contracts) -> None:
    await flow(contracts, SAMPLE)
    before = await contracts.scalar("SELECT array_agg(nir_hash) FROM dossier")

    assert counts(await flow(contracts, SAMPLE, OTHER_NIRS)) == (0, 0, 3, [])
    assert not set(before) & set(await contracts.scalar("SELECT array_agg(nir_hash) FROM dossier"))


async def test_hashes_are_learnt_of_known_dossiers_without_a_change_told(contracts: Contracts) -> None:
    await flow(contracts, SAMPLE, None)
    before = len(await contracts.told())

    assert counts(await flow(contracts, SAMPLE)) == (0, 0, 3, [])

    assert await contracts.scalar(HELD) == 3
    assert len(await contracts.told()) == before
    assert await contracts.scalar("SELECT max(version) FROM dossier") == 1


async def test_a_person_whose_names_changed_is_the_same(contracts: Contracts) -> None:
    await flow(contracts, SAMPLE)
    renamed = SAMPLE.replace(b"<NOMNAI>TIFOUR", b"<NOMNAI>TIFOUR-MARTIN").replace(b"<PRENOM>SOPHIE", b"<PRENOM>SOFIA")

    assert counts(await flow(contracts, renamed)) == (0, 1, 2, [])

    assert [one.changed for one in await contracts.told(DossierChanged)] == [("nom_naissance", "nom_usage", "prenoms")]
    assert await waiting(contracts) == []
    assert await everywhere(contracts) == {"dossier.nir_hash"}


async def test_a_person_of_another_household_is_proposed_then_follows_their_new_one(contracts: Contracts) -> None:
    await flow(contracts, SAMPLE)
    moved = SAMPLE.replace(b"208956400000000", b"300000000000001")

    first = await flow(contracts, moved)
    (asked,) = await waiting(contracts)
    (before,) = await named(contracts, "bullock")

    assert counts(first) == (0, 0, 2, ["moved"])
    assert (asked["candidates"], asked["matricule"]) == ([before["id"]], "300000000000001")
    done = await resolve(contracts, asked, decision="same", dossier_id=before["id"])
    assert done.status_code == 200, done.text
    assert counts(await flow(contracts, moved)) == (0, 0, 3, [])
    (after,) = await named(contracts, "bullock")
    assert (after["id"], after["matricule"]) == (before["id"], "300000000000001")
    assert [one.changed for one in await contracts.told(DossierChanged)] == [("matricule",)]
    assert await everywhere(contracts) == {"dossier.nir_hash"}


async def test_another_person_with_a_mistyped_number_gets_a_dossier_of_their_own(contracts: Contracts) -> None:
    await flow(contracts, SAMPLE)
    moved = SAMPLE.replace(b"208956400000000", b"300000000000001")
    await flow(contracts, moved)
    (asked,) = await waiting(contracts)

    assert (await resolve(contracts, asked, decision="another")).status_code == 200

    assert counts(await flow(contracts, moved)) == (0, 0, 3, [])
    assert len(await contracts.told(DossierRegistered)) == 4


async def test_one_number_in_two_households_of_one_file_is_one_dossier_and_a_question(contracts: Contracts) -> None:
    one, other = (ReadPerson(line, a.person(prenoms=(name,)), hashed()) for line, name in ((2, "JEANNE"), (9, "JANE")))

    report = await contracts.import_foyers(
        ReadFoyer(1, a.household("1"), (one,), 0), ReadFoyer(8, a.household("2"), (other,), 0)
    )

    assert counts(report) == (1, 0, 0, ["moved"])
    (asked,) = await waiting(contracts)
    assert (asked["territory"], asked["line"]) == ("nord", 9)


async def test_numbers_that_identify_nobody_are_counted_and_names_tell(contracts: Contracts) -> None:
    data = SAMPLE.replace(b"<NIR>2820251108030", b"<NIR>7820251108030").replace(b"<NIR>177039305", b"<NIR>illisible")

    report = await flow(contracts, data)

    assert counts(report) == (3, 0, 0, [])
    assert report.facts.unusable_nirs == {"nir-provisional": 1, "nir-unreadable": 1}
    assert await contracts.scalar(HELD) == 1


async def test_the_command_reads_the_key_and_shows_no_number(
    contracts: Contracts, command_settings: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    key, file, report = (command_settings / name for name in ("nir.key", "flux.xml", "report.json"))
    key.write_bytes(NIRS.key)
    file.write_bytes(SAMPLE.replace(b"<NIR>2820251108030", b"<NIR>282025110803099"))
    monkeypatch.setenv("CER_NIR_KEY_FILE", str(key))

    done = await asyncio.to_thread(CliRunner().invoke, app, ["import", "cnaf", str(file), "--report", str(report)])

    assert done.exit_code == 0, done.output
    assert json.loads(report.read_text())["unusable_nirs"] == {"nir-unreadable": 1}
    said = done.output + report.read_text() + caplog.text
    assert not [one for one in (*NUMBERS, *(each.hex() for each in HASHES)) if one in said]
    assert await contracts.scalar(HELD) == 2


async def test_a_key_that_cannot_serve_stops_the_command(
    contracts: Contracts, command_settings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = command_settings / "flux.xml"
    file.write_bytes(SAMPLE)
    monkeypatch.setenv("CER_NIR_KEY_FILE", str(command_settings / "absent"))

    done = await asyncio.to_thread(CliRunner().invoke, app, ["import", "cnaf", str(file)])

    assert done.exit_code != 0
    assert await contracts.scalar("SELECT count(*) FROM dossier") == 0


async def test_a_merge_hands_over_the_nir_to_the_dossier_that_has_none(contracts: Contracts) -> None:
    def foyer(matricule: str, number: str | None, **changes: Any) -> ReadFoyer:
        read = ReadPerson(2, a.person(**changes), hashed(number) if number else None)
        return ReadFoyer(1, a.household(matricule), (read,), 0)

    await contracts.import_foyers(foyer("1", None), foyer("2", NUMBERS[0]), foyer("3", NUMBERS[1]))
    remains, first, other = [
        await contracts.scalar(
            "SELECT d.id FROM dossier d JOIN household h ON h.id = household_id WHERE matricule = :m", m=m
        )
        for m in ("1", "2", "3")
    ]
    for version, absorbed in enumerate((first, other), start=1):
        body = {"absorbed_id": str(absorbed), "absorbed_version": 1}
        done = await contracts.send("POST", f"/dossiers/{remains}/merge", body, Role.ADMIN, version=version)
        assert done.status_code == 200, done.text

    report = await contracts.import_foyers(foyer("1", NUMBERS[0], nom_naissance="RENOMMEE", prenoms=("AUTRE",)))

    assert counts(report) == (0, 1, 0, [])
    kept = await contracts.scalar("SELECT nir_hash FROM dossier WHERE id = :id", id=remains)
    assert bytes(kept) == hashed(NUMBERS[0])

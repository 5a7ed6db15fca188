"""The NIR of mapped files: hashed at reading and before a file is kept; who is ambiguous waits for an agent."""

from pathlib import Path
from typing import Any

import pytest

from services.contracts.adapters.repository import stores_of
from services.contracts.application.commands.lines import LineImporter
from services.contracts.application.commands.staging import Staging
from services.contracts.domain.imports.lines import Kind, Line, LineReport, Rules
from shared.security.principal import Role
from tests.builders import contracts as a
from tests.builders.canaries import cells_with
from tests.builders.imports import HEADER, JEANNE, PAUL, csv_file, workbook
from tests.builders.nirs import NIR, NIRS, OTHER_NIR, hashed
from tests.integration.contracts.conftest import Contracts

pytestmark = pytest.mark.integration

WITH_NIR = (*HEADER, "NIR")
RULES = Rules("import:tableur-simple", a.NOW, territory="nord", source="tableur-simple")
SAID: dict[str, Any] = {
    "organisme": "CAF",
    "numero_organisme": "071",
    "matricule": "0012345",
    "civilite": "Mme",
    "nom_naissance": "FICTIVE",
    "prenoms": ("Jeanne",),
    "date_naissance": a.person().date_naissance,
}
HELD = "SELECT count(*) FROM dossier WHERE nir_hash IS NOT NULL"


async def take(contracts: Contracts, *lines: dict[str, Any], dry_run: bool = False) -> LineReport:
    parts = [Line(place, {**SAID, **said}) for place, said in enumerate(lines, start=2)]
    importer = LineImporter(contracts.database, stores_of, contracts.clock, Kind.BENEFICIARIES, RULES)
    return await importer.run(iter(parts), dry_run=dry_run)


async def waiting(contracts: Contracts) -> list[Any]:
    return list((await contracts.get("/matchings", Role.SECRETARIAT)).json()["matchings"])


async def resolve(contracts: Contracts, one: dict[str, Any], **body: Any) -> int:
    path = f"/matchings/{one['id']}/resolution"
    return (await contracts.send("POST", path, body, Role.SECRETARIAT, version=one["version"])).status_code


def counts(report: LineReport) -> tuple[int, int, int, list[str]]:
    return report.created, report.changed, report.unchanged, [one.code for one in report.refused]


async def test_a_person_renamed_is_the_same_and_one_of_another_household_is_asked(contracts: Contracts) -> None:
    assert counts(await take(contracts, {"nir": hashed()})) == (1, 0, 0, [])
    assert counts(await take(contracts, {"nir": hashed(), "nom_naissance": "NOUVELLE"})) == (0, 1, 0, [])
    moved = {"nir": hashed(), "matricule": "0099999", "nom_naissance": "NOUVELLE"}

    assert counts(await take(contracts, moved)) == (0, 0, 0, ["moved"])

    (asked,) = await waiting(contracts)
    assert (asked["source"], asked["territory"], len(asked["candidates"])) == ("import:tableur-simple", "nord", 1)
    assert await resolve(contracts, asked, decision="same", dossier_id=asked["candidates"][0]) == 200
    assert counts(await take(contracts, moved)) == (0, 0, 1, [])
    assert await contracts.scalar("SELECT count(*) FROM dossier") == 1


async def test_one_number_in_two_households_of_one_file_is_one_dossier_and_a_question(contracts: Contracts) -> None:
    report = await take(contracts, {"nir": hashed()}, {"nir": hashed(), "matricule": "2"})

    assert counts(report) == (1, 0, 0, ["moved"])
    assert len(await waiting(contracts)) == 1


async def test_an_ambiguous_line_waits_once_and_what_an_agent_says_is_remembered(contracts: Contracts) -> None:
    await take(contracts, {"adresse": ("1 RUE DE L'EXEMPLE",)})
    corrected = {"date_naissance": a.TODAY.replace(year=1991)}

    assert counts(await take(contracts, corrected, dry_run=True)) == (0, 0, 0, ["ambiguous"])
    assert await waiting(contracts) == []
    for _ in range(2):
        assert counts(await take(contracts, corrected)) == (0, 0, 0, ["ambiguous"])
    (asked,) = await waiting(contracts)
    assert await resolve(contracts, asked, decision="same", dossier_id=asked["candidates"][0]) == 200

    assert counts(await take(contracts, corrected)) == (0, 0, 1, [])
    kept = await contracts.scalar("SELECT adresse[1] || date_naissance FROM dossier")
    assert kept == "1 RUE DE L'EXEMPLE1991-03-12"


async def test_a_line_set_aside_stays_so(contracts: Contracts) -> None:
    await take(contracts, {})
    corrected = {"date_naissance": a.TODAY}
    await take(contracts, corrected)
    (asked,) = await waiting(contracts)
    assert await resolve(contracts, asked, decision="ignored") == 200

    assert counts(await take(contracts, corrected)) == (0, 0, 0, ["set-aside"])


@pytest.fixture
def keyed(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> bool:
    """Whether the service, which starts after this, has a key."""
    if request.param:
        (tmp_path / "nir.key").write_bytes(NIRS.key)
        monkeypatch.setenv("CER_NIR_KEY_FILE", str(tmp_path / "nir.key"))
    return bool(request.param)


@pytest.mark.parametrize("keyed", [False, True], indirect=True)
@pytest.mark.parametrize("form", ["csv", "xlsx"])
async def test_a_file_over_http_leaves_no_number_in_any_table(keyed: bool, form: str, contracts: Contracts) -> None:
    rows = ((*JEANNE, NIR), (*PAUL[:6], "31/02/1972", *PAUL[7:], OTHER_NIR))
    data = workbook(*rows, header=WITH_NIR) if form == "xlsx" else csv_file(*rows, header=WITH_NIR).encode()
    headers = {**contracts.headers(Role.ADMIN), "Idempotency-Key": "k"}

    staged = await contracts.client.post("/imports?mapping=tableur-simple", content=data, headers=headers)
    assert staged.status_code == 202, staged.text
    staging: Staging = contracts.app.state.staging
    await staging.work()
    path = f"/imports/{staged.json()['id']}"
    ready = (await contracts.get(path, Role.ADMIN)).json()
    assert (ready["state"], ready["counts"]["created"], ready["counts"]["refused_lines"]) == ("ready", 1, 1)
    back = (await contracts.get(f"{path}/refused.csv", Role.ADMIN)).text
    differences = (await contracts.get(f"{path}/differences", Role.ADMIN)).text
    await contracts.send("POST", f"{path}/apply", role=Role.ADMIN, version=ready["version"])
    await staging.work()

    assert await contracts.scalar(HELD) == (1 if keyed else 0)
    assert await cells_with(contracts.database, NIR, OTHER_NIR) == set()
    assert not [one for one in (NIR, OTHER_NIR, hashed().hex()) if one in back + differences]

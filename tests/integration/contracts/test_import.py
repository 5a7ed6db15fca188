"""The monthly flow into the database: who is created, changed, unchanged, refused; twice, raced, interrupted."""

import asyncio
import io
import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, text
from typer.testing import CliRunner

from services.contracts.adapters.cnaf.reader import read_flow
from services.contracts.adapters.repository import stores_of
from services.contracts.application.commands.imports import Importer
from services.contracts.domain.imports.flow import ReadFoyer, ReadPerson, Report
from services.contracts.entrypoints.cli import app
from shared.events.blocks import Identity
from shared.events.contracts import DossierChanged, DossierRegistered
from shared.security.principal import Role
from tests.builders import contracts as a
from tests.integration.contracts.conftest import MOBILE, Contracts

pytestmark = pytest.mark.integration

DATA = Path(__file__).parents[2] / "data" / "cnaf"
SAMPLE = (DATA / "RSABEM.xml").read_bytes()
NIRS = ("2820251108030", "1770393050005", "2730799404078")


async def flow(contracts: Contracts, data: bytes, territory: str | None = None) -> Report:
    return await Importer(contracts.database, stores_of, contracts.clock, territory).run(read_flow(io.BytesIO(data)))


def counts(report: Report) -> tuple[int, int, int, int]:
    return report.created, report.changed, report.unchanged, len(report.refused)


async def matricules(contracts: Contracts) -> list[str]:
    found = (await contracts.get("/dossiers", Role.SERVICE_INSERTION)).json()["dossiers"]
    return sorted(one["matricule"] for one in found)


async def test_both_samples_are_three_persons_in_two_households(contracts: Contracts) -> None:
    first = await flow(contracts, SAMPLE)
    second = await flow(contracts, (DATA / "RSABEM-ouvert.xml").read_bytes())

    assert (counts(first), first.foyers) == ((3, 0, 0, 0), 2)
    assert counts(second) == (0, 0, 1, 0)
    assert await matricules(contracts) == ["205599000000000", "205599000000000", "208956400000000"]
    assert await contracts.scalar("SELECT count(*) FROM household") == 2
    told = await contracts.told(DossierRegistered)
    assert {one.aggregate_version for one in told} == {1}
    assert contracts.keys.open(Identity, told[0].identity).nom_naissance == "TIFOUR"


async def test_the_same_file_again_changes_and_tells_nothing(contracts: Contracts) -> None:
    await flow(contracts, SAMPLE)
    before = len(await contracts.told())

    assert counts(await flow(contracts, SAMPLE)) == (0, 0, 3, 0)
    assert len(await contracts.told()) == before


async def test_what_changed_is_told_and_the_contact_data_stays(contracts: Contracts) -> None:
    await flow(contracts, SAMPLE, "nord")
    found = (await contracts.get("/dossiers?name=tifour")).json()["dossiers"][0]
    path = f"/dossiers/{found['id']}"
    await contracts.send("PUT", f"{path}/referent", {"referent_id": "referent-nord"}, version=1)
    await contracts.send("PUT", f"{path}/contact", {"mail": "s@example.org", "telephone": MOBILE}, version=2)

    moved = await flow(contracts, SAMPLE.replace(b"HENRI BARBUSSE", "DE L'ÉCLUSE".encode("windows-1252")))

    assert counts(moved) == (0, 3, 0, 0)
    now = (await contracts.get(path)).json()
    assert now["adresse"] == ["25 RUE DE L'ÉCLUSE", "92300 LEVALLOIS PERRET"]
    assert (now["contact"]["mail"], now["contact"]["telephone_shown"]) == ("s@example.org", MOBILE)
    last = (await contracts.told(DossierChanged))[-3:]
    assert {one.changed for one in last} == {("adresse",)}


@pytest.mark.parametrize("nir", NIRS)
async def test_the_nir_is_kept_nowhere(contracts: Contracts, nir: str) -> None:
    await flow(contracts, SAMPLE)

    assert nir.encode() in SAMPLE
    for table in ("household", "dossier", "outbox"):
        assert await contracts.scalar(f"SELECT count(*) FROM {table} t WHERE t::text LIKE :nir", nir=f"%{nir}%") == 0


async def test_matricules_that_differ_by_their_zeros_are_two_households(contracts: Contracts) -> None:
    await contracts.person("0012345")
    await contracts.person("12345")

    assert await matricules(contracts) == ["0012345", "12345"]


async def test_a_territory_is_given_to_dossiers_that_have_none(contracts: Contracts) -> None:
    await flow(contracts, SAMPLE)
    assert (await contracts.get("/dossiers")).json()["dossiers"] == []

    given = await flow(contracts, SAMPLE, "nord")
    other = await flow(contracts, SAMPLE, "sud")

    assert (counts(given), counts(other)) == ((0, 3, 0, 0), (0, 0, 3, 0))
    assert len((await contracts.get("/dossiers")).json()["dossiers"]) == 3


async def test_what_is_ambiguous_waits_for_a_person_and_the_others_go_on(contracts: Contracts) -> None:
    twin, other = a.person(), a.person(nom_usage="AUTRE")
    spouse = a.person(nom_naissance="CONJOINT", prenoms=("PAUL",), date_naissance=a.TODAY.replace(year=1980))
    foyer = ReadFoyer(10, a.household(), (ReadPerson(11, twin), ReadPerson(12, other), ReadPerson(13, spouse)), 1)

    report = await contracts.import_foyers(foyer)

    assert counts(report) == (1, 0, 0, 2)
    assert [(one.line, one.code) for one in report.refused] == [(11, "ambiguous"), (12, "ambiguous")]
    assert "rapprochement manuel" in report.refused[0].reason
    assert report.others == 1


async def test_a_household_that_comes_twice_in_a_file_is_taken_in_order(contracts: Contracts) -> None:
    first = ReadFoyer(1, a.household(), (ReadPerson(2, a.person()),), 0)
    second = ReadFoyer(9, a.household(), (ReadPerson(10, a.person(situation_familiale="MAR")),), 0)

    assert counts(await contracts.import_foyers(first, second)) == (1, 1, 0, 0)
    assert await contracts.scalar("SELECT version FROM dossier") == 2


async def test_an_agent_who_wrote_meanwhile_wins_and_the_batch_is_done_again(contracts: Contracts) -> None:
    await contracts.person()
    raced: list[bool] = []

    async def interfere() -> None:
        async with contracts.database.begin() as uow:
            await uow.session.execute(text("UPDATE dossier SET mail = 'kept@example.org', version = version + 1"))

    importer = Importer(contracts.database, _Racing(interfere, raced), contracts.clock)
    foyer = ReadFoyer(1, a.household(), (ReadPerson(2, a.person(situation_familiale="MAR")),), 0)

    assert counts(await importer.run(iter([foyer]))) == (0, 1, 0, 0)
    assert raced == [True]
    assert await contracts.scalar("SELECT mail || situation_familiale FROM dossier") == "kept@example.orgMAR"


class _Racing:
    """Stores whose first load is overtaken by somebody else's write."""

    def __init__(self, interfere: Any, raced: list[bool]) -> None:
        self._interfere = interfere
        self._raced = raced

    def __call__(self, session: Any) -> Any:
        stores = stores_of(session)
        if not self._raced:
            load = stores.dossiers.of_households

            async def overtaken(households: Any) -> Any:
                found = await load(households)
                self._raced.append(True)
                await self._interfere()
                return found

            stores.dossiers.of_households = overtaken  # type: ignore[method-assign]
        return stores


async def test_a_truncated_file_keeps_what_came_before_and_goes_on_when_it_is_whole(contracts: Contracts) -> None:
    cut = SAMPLE[: SAMPLE.rindex(b"<InfosFoyerRSA>") + 900]

    broken = await flow(contracts, cut)
    whole = await flow(contracts, SAMPLE)

    assert counts(broken) == (2, 0, 0, 0)
    assert broken.interrupted is not None
    assert broken.interrupted.code == "truncated"
    assert counts(whole) == (1, 0, 2, 0)


async def test_a_large_flow_is_read_in_few_statements(contracts: Contracts) -> None:
    foyers = [ReadFoyer(n, a.household(str(n)), (ReadPerson(n, a.person()),), 0) for n in range(1, 401)]
    statements: list[str] = []
    event.listen(
        contracts.database.engine.sync_engine,
        "before_cursor_execute",
        lambda _c, _cur, statement, *_: statements.append(statement),
    )

    assert counts(await contracts.import_foyers(*foyers)) == (400, 0, 0, 0)
    assert len(statements) < 20
    assert await contracts.scalar("SELECT count(*) FROM outbox") == 400


@pytest.mark.parametrize(
    ("data", "exit_code", "said"),
    [
        (SAMPLE, 0, "créés      3"),
        (SAMPLE.replace(b"<SEXE>1", b"<SEXE>11"), 2, "ligne 146 : SEXE : valeur trop longue"),
        (SAMPLE[:9_000], 1, "INTERROMPU"),
        (b"not xml", 1, "n'est pas du XML"),
    ],
)
async def test_the_command_says_what_it_did_in_french_and_in_json(
    contracts: Contracts, command_settings: Path, data: bytes, exit_code: int, said: str
) -> None:
    file, report = command_settings / "flux.xml", command_settings / "report.json"
    file.write_bytes(data)
    arguments = ["import", "cnaf", str(file), "--territory", "nord", "--report", str(report)]

    done = await asyncio.to_thread(CliRunner().invoke, app, arguments)

    assert done.exit_code == exit_code, done.output
    assert said in done.output
    written = json.loads(report.read_text())
    assert written["created"] == await contracts.scalar("SELECT count(*) FROM dossier")
    assert (written["interrupted"] is not None) == (exit_code == 1)
    assert bool(written["refused"]) == (exit_code == 2)

"""Exports as they leave: files for spreadsheets, pages of an API, within rights, on record, in bounded memory."""

import csv
import io
import tracemalloc
import zipfile
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import text

from services.contracts.adapters.exports import xlsx_file
from services.contracts.application.ports.exports import ExportedCer
from services.contracts.application.queries import exports as queries
from services.contracts.application.queries.exports import Kind
from services.contracts.domain.exports.selection import Selection
from services.contracts.entrypoints.cli.exports import export_to
from shared.database.engine import Database
from shared.security.principal import Role
from tests.builders.audit import entries
from tests.integration.contracts.conftest import Contracts
from tools.seed.load import seed
from tools.seed.people import Place

pytestmark = pytest.mark.integration

SERVICE = Role.SERVICE_INSERTION
PLACE = Place(3, datetime(2026, 3, 12, 9, tzinfo=UTC))


def lines(content: bytes) -> list[dict[str, str]]:
    """The lines of a CSV file, by header."""
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))


async def csv_lines(contracts: Contracts, path: str, role: Role = SERVICE) -> list[dict[str, str]]:
    answer = await contracts.get(path, role)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    return lines(answer.content)


async def sheet(contracts: Contracts, path: str) -> list[tuple[Any, ...]]:
    answer = await contracts.get(path, SERVICE)
    assert answer.status_code == 200, answer.text
    return list(load_workbook(io.BytesIO(answer.content)).worksheets[0].iter_rows(values_only=True))


async def rename(contracts: Contracts, dossier: dict[str, Any], **values: Any) -> None:
    """Writes what no form would let through, as an import or another program may."""
    async with contracts.database.begin() as uow:
        for name, value in values.items():
            await uow.session.execute(
                text(f"UPDATE dossier SET {name} = :value WHERE id = :id"), {"value": value, "id": dossier["id"]}
            )


async def test_a_csv_of_cers_has_french_headers_dates_and_no_text_of_a_cer(contracts: Contracts) -> None:
    cer = await contracts.cer(situation="Secret social.", note="Secret du référent.")

    answer = await contracts.get("/exports/cers.csv", SERVICE)
    (line,) = lines(answer.content)

    assert answer.content.startswith('\ufeff"Organisme";'.encode())
    assert answer.headers["content-disposition"] == 'attachment; filename="cers.csv"'
    assert (line["Matricule"], line["État"], line["N° du CER"]) == ("001234500000000", "proposition", "1")
    assert (line["Date de signature"], line["Date de début"]) == ("12/03/2026", "01/04/2026")
    assert line["Identifiant"] == cer["id"]
    assert b"Secret" not in answer.content


async def test_a_page_says_of_a_cer_what_its_file_says_without_how_the_accord_was_given(contracts: Contracts) -> None:
    cer = await contracts.cer(accord="oui")

    (found,) = (await contracts.get("/exports/cers", SERVICE)).json()["cers"]
    (line,) = await csv_lines(contracts, "/exports/cers.csv")

    assert found.keys() == {field.name for field in fields(ExportedCer)}
    assert (found["cer_id"], found["accord"], line["Accord"]) == (cer["id"], "oui", "oui")
    assert (found["date_debut"], found["prenoms"], found["decided_at"]) == ("2026-04-01", ["JEANNE"], None)


async def test_a_dossier_comes_with_its_last_cer_and_a_telephone_that_can_be_read(contracts: Contracts) -> None:
    dossier = await contracts.accompanied()
    await contracts.cer(dossier)
    await contracts.cer(dossier, nature="renouvellement")
    alone = await contracts.person("002")

    first, second = await csv_lines(contracts, "/exports/dossiers.csv")

    assert (first["Identifiant"], second["Identifiant"]) == (dossier["id"], alone["id"])
    assert (first["N° du dernier CER"], first["Nature"], first["Téléphone"]) == (
        "2",
        "renouvellement",
        "06 39 98 00 01",
    )
    assert (second["N° du dernier CER"], second["État"], second["Téléphone"]) == ("", "", "")


async def test_a_name_that_is_a_formula_runs_nowhere(contracts: Contracts) -> None:
    dossier = await contracts.accompanied()
    await rename(contracts, dossier, nom_naissance='=HYPERLINK("http://x.example";"Y")', nom_usage="@SUM(A1)")
    await rename(contracts, dossier, telephone="+3222345678", prenoms=["A\x0bB\ttab", "\n=1"])

    (line,) = await csv_lines(contracts, "/exports/dossiers.csv")
    assert line["Nom de naissance"] == '\'=HYPERLINK("http://x.example";"Y")'
    assert line["Nom d'usage"] == "'@SUM(A1)"
    assert line["Téléphone"].startswith("'+32")
    assert line["Prénoms"] == "A B tab  =1"

    answer = await contracts.get("/exports/dossiers.xlsx", SERVICE)
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")
    headers, values = list(load_workbook(io.BytesIO(answer.content)).worksheets[0].iter_rows())
    cell = values[[one.value for one in headers].index("Nom de naissance")]
    assert (cell.data_type, cell.value) == ("s", '=HYPERLINK("http://x.example";"Y")')


async def test_a_sheet_has_true_dates_and_keeps_zeros(contracts: Contracts) -> None:
    await contracts.cer()

    headers, values = await sheet(contracts, "/exports/cers.xlsx")
    line = dict(zip(headers, values, strict=True))

    assert line["Date de signature"] == datetime(2026, 3, 12)  # noqa: DTZ001 - a day
    assert (line["Matricule"], line["N° du CER"], line["Date de décision"]) == ("001234500000000", 1, None)


async def test_a_selection_holds_for_files_and_pages_alike(contracts: Contracts) -> None:
    await seed(contracts.database.url, 300, PLACE, lambda _: None)
    query = "territory=nord&state=valide&date=decision&from=2025-06-01&to=2026-01-31"

    found = await csv_lines(contracts, f"/exports/cers.csv?{query}")
    rows = await sheet(contracts, f"/exports/cers.xlsx?{query}")
    paged: list[str] = []
    after = ""
    while True:
        page = (await contracts.get(f"/exports/cers?limit=50&{query}{after}", SERVICE)).json()
        paged += [one["cer_id"] for one in page["cers"]]
        if page["next"] is None:
            break
        after = f"&after={page['next']}"

    assert [line["Identifiant"] for line in found] == paged
    assert len(rows) == len(found) + 1
    expected = await contracts.scalar(
        "SELECT count(*) FROM cer WHERE territory = 'nord' AND state = 'valide' "
        "AND (decided_at AT TIME ZONE 'Europe/Paris')::date BETWEEN '2025-06-01' AND '2026-01-31'"
    )
    assert len(found) == expected > 0


async def test_an_export_is_on_record_with_every_dossier_that_it_holds(
    contracts: Contracts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "WINDOW", 2)
    cers = [await contracts.cer(await contracts.accompanied(f"00{number}")) for number in range(5)]

    await csv_lines(contracts, "/exports/cers.csv")

    records = [entry.record for entry in await entries(contracts.database)]
    found = [one for one in records if one.operation == "export-cers"]
    held = [str(cer_id) for one in found for cer_id in one.cers]
    assert held == sorted(cer["id"] for cer in cers)
    assert [len(one.cers) for one in found if one.cers] == [2, 2, 1]


async def test_a_secretary_exports_their_territory_alone(contracts: Contracts) -> None:
    near, foreign = [await contracts.accompanied(matricule) for matricule in ("001", "002")]
    await rename(contracts, foreign, territory="sud")

    found = await csv_lines(contracts, "/exports/dossiers.csv", Role.SECRETARIAT)
    assert [line["Identifiant"] for line in found] == [near["id"]]
    for path in ("/exports/dossiers", "/exports/dossiers.csv", "/exports/cers.xlsx"):
        assert (await contracts.get(f"{path}?territory=sud", Role.SECRETARIAT)).status_code == 403
        assert (await contracts.get(path, Role.REFERENT)).status_code == 403
        assert (await contracts.get(path, Role.SECRETARIAT, territory=None)).status_code in {401, 403}


@pytest.mark.parametrize(
    "query", ["from=2026-03-02&to=2026-03-01", "date=naissance", "state=supprime", "from=hier", "after=x", "colonnes=1"]
)
async def test_what_cannot_be_exported_is_refused(contracts: Contracts, query: str) -> None:
    answer = await contracts.get(f"/exports/cers?{query}", SERVICE)

    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")


async def test_what_a_sheet_cannot_hold_is_refused_with_what_to_do(
    contracts: Contracts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(xlsx_file, "MOST_ROWS", 1)
    dossier = await contracts.accompanied()
    for _ in range(2):
        await contracts.cer(dossier)

    answer = await contracts.get("/exports/cers.xlsx", SERVICE)
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:cer:problem:too-many-rows")


async def test_memory_does_not_follow_the_number_of_rows(contracts: Contracts, tmp_path: Path) -> None:
    await seed(contracts.database.url, 3_000, PLACE, lambda _: None)
    url = contracts.database.url
    folder = tmp_path / "exported"
    folder.mkdir()
    peaks = {}
    for territory in ("territoire-12", None):
        for suffix in ("csv", "xlsx"):
            tracemalloc.start()
            selection = Selection(territories=(territory,) if territory else ())
            rows = await export_to(Database(url), Kind.CERS, selection, folder / f"cers.{suffix}", contracts.clock)
            peaks[suffix, territory] = (rows, tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()

    for suffix in ("csv", "xlsx"):
        (few, small), (many, large) = peaks[suffix, "territoire-12"], peaks[suffix, None]
        assert many > 8 * few
        assert large < small + 8_000_000
    assert lines((folder / "cers.csv").read_bytes())[0]["Organisme"] in {"CAF", "MSA"}
    left = [path.name for path in folder.iterdir()]
    assert sorted(left) == ["cers.csv", "cers.xlsx"]

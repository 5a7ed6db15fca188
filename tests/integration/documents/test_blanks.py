"""The CERs vierges that each territory keeps: there before they are needed, each copy with a serial of its own."""

import asyncio
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from httpx import Response
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from typer.testing import CliRunner, Result

from services.documents.adapters.blanks import SqlBlanks
from services.documents.domain.blank import PAGES
from services.documents.entrypoints.cli import app as command_line
from services.documents.main import blank_worker
from shared.events.reference import TerritoryChanged, TextChanged
from shared.kernel.clock import FixedClock
from shared.kernel.serial import Serial
from shared.security.principal import Role
from tests.builders.events import TERRITORY, sample
from tests.integration.documents.conftest import Documents
from tests.tools.pdf import texts_of
from tests.tools.verapdf import check

pytestmark = pytest.mark.integration

PATH = f"/territories/{TERRITORY}/cer-vierge"
COPIES = 2


def told(words: str, version: int = 3, effect: date = date(2026, 1, 1)) -> TextChanged:
    return TextChanged(
        aggregate_version=version, text_id="cer-suspension", family="legal", effect=effect, paragraphs=(words,)
    )


async def kept(documents: Documents) -> bytes:
    answer = await documents.get(PATH, Role.SECRETARIAT)
    assert answer.status_code == 200, answer.text
    return answer.content


def serials(pdf: bytes) -> list[Serial]:
    """The serial of each sheet, its check digits verified."""
    return [Serial.parse(re.findall(r"CERV-[\w-]+", page)[0]) for page in texts_of(pdf)]


async def opened(documents: Documents, code: str = TERRITORY, **changes: Any) -> None:
    told = sample(TerritoryChanged, **({"territory": code, "aggregate_version": 1} | changes))
    assert await documents.hear(told) == "done"


async def renewed(documents: Documents) -> bytes:
    """What the territory keeps, after the keeper saw that it is not as it should be."""
    assert (await documents.keeper.look(), await documents.work()) == (1, 1)
    return await kept(documents)


async def test_a_territory_has_its_copies_as_soon_as_contracts_told_of_it(documents: Documents, tmp_path: Path) -> None:
    assert (await documents.get(PATH)).json()["type"] == "urn:cer:problem:territory-unknown"
    await opened(documents)
    early = await documents.get(PATH)
    assert (early.status_code, early.json()["type"]) == (404, "urn:cer:problem:cer-vierge-not-ready")

    pdf = await renewed(documents)

    pages, path = texts_of(pdf), tmp_path / "vierges.pdf"
    assert len(pages) == COPIES * PAGES
    assert all(f"feuille {place % PAGES + 1} sur {PAGES}" in page for place, page in enumerate(pages))
    found = serials(pdf)
    assert [found[at] for at in range(0, len(found), PAGES) for _ in range(PAGES)] == found
    assert len(set(found)) == COPIES
    path.write_bytes(pdf)
    assert check(path) == []
    with pikepdf.open(BytesIO(pdf)) as read, read.open_outline() as outline:
        assert [item.title for item in outline.root] == [str(serial) for serial in found[::PAGES]]


async def test_it_is_downloaded_under_a_french_name_and_not_again_while_it_is_the_same(documents: Documents) -> None:
    await opened(documents)
    pdf = await renewed(documents)
    answer = await documents.get(PATH)
    assert "CER%20vierge%20%E2%80%93%20Aubenas.pdf" in answer.headers["Content-Disposition"]
    again: Response = await documents.get(PATH, If_None_Match=answer.headers["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    assert (await documents.get(PATH, Range="bytes=0-3")).content == pdf[:4]
    assert await documents.keeper.look() == 0


async def test_another_text_is_another_file_with_other_serials(documents: Documents) -> None:
    await opened(documents)
    first = await renewed(documents)

    await documents.hear(told("Le texte qui vaut désormais."))
    second = await renewed(documents)
    await documents.hear(told("Un autre encore.", version=4))
    third = await renewed(documents)

    assert "Le texte qui vaut désormais." in " ".join(texts_of(second)[0].split())
    assert len({*serials(first), *serials(second), *serials(third)}) == 3 * COPIES
    files = [one async for some in documents.files.listed("blanks") for one in some]
    assert len(files) == 2, "the current one and the one before, which somebody may still be reading"


async def test_a_text_counts_from_the_day_of_its_effect(documents: Documents) -> None:
    await opened(documents)
    today = datetime(2026, 11, 26, 22, 59, tzinfo=UTC)  # a minute before midnight in Paris
    clock = FixedClock(today)
    documents.keeper = replace(documents.keeper, clock=clock)
    documents.workers = (blank_worker(documents.keeper),)
    await documents.hear(told("Le texte de demain.", effect=date(2026, 11, 27)))
    assert "Le texte de demain." not in texts_of(await renewed(documents))[0]
    assert await documents.keeper.look() == 0

    clock.instant = today + timedelta(minutes=1)

    assert "Le texte de demain." in texts_of(await renewed(documents))[0]


async def test_other_templates_another_name_or_number_of_copies_make_it_anew(documents: Documents) -> None:
    await opened(documents)
    await renewed(documents)
    keeper = documents.keeper
    assert await replace(keeper, fingerprint=lambda _, __: "another version").look() == 1
    assert await replace(keeper, copies=COPIES + 1).look() == 1
    await opened(documents, label="Aubenas et vallées", aggregate_version=2)
    assert await keeper.look() == 1
    assert await documents.hear(sample(TerritoryChanged, aggregate_version=1)) == "stale"
    await documents.work()
    assert "Aubenas et vallées" in texts_of(await kept(documents))[0]


async def test_a_closed_territory_keeps_none_and_one_that_opens_again_does(documents: Documents) -> None:
    await opened(documents)
    assert await documents.keeper.look() == 1
    await opened(documents, active=False, aggregate_version=2)
    assert (await documents.work(), await documents.keeper.look()) == (1, 0)
    assert (await documents.get(PATH)).status_code == 404
    await opened(documents, active=True, aggregate_version=3)
    await renewed(documents)


async def test_two_keepers_order_it_once_and_what_failed_is_ordered_again_the_next_day(documents: Documents) -> None:
    await opened(documents)
    assert [await documents.keeper.look() for _ in range(2)] == [1, 0]
    async with documents.database.begin() as uow:
        await uow.session.execute(text("UPDATE work SET status = 'failed', finished_at = now()"))
    assert await documents.keeper.look() == 0

    tomorrow = FixedClock(datetime.now(UTC) + timedelta(days=1))

    assert await replace(documents.keeper, clock=tomorrow).look() == 1


async def test_no_serial_stands_on_two_copies_of_any_territory(documents: Documents) -> None:
    codes = (TERRITORY, "privas", "T1.a..b")
    for code in codes:
        await opened(documents, code)
    assert (await documents.keeper.look(), await documents.work()) == (3, 3)

    answers = [await documents.get(f"/territories/{code}/cer-vierge", Role.ADMIN) for code in codes]
    found = {serial for answer in answers for serial in serials(answer.content)}
    assert len(found) == 3 * COPIES
    async with documents.database.read() as session:
        rows = (await session.execute(text("SELECT serial FROM blank_serial"))).scalars().all()
    assert {Serial.parse(row) for row in rows} == found
    with pytest.raises(IntegrityError):
        async with documents.database.begin() as uow:
            await SqlBlanks(uow.session).issue([Serial.new(), found.pop()], "privas")


@pytest.fixture
def environment(documents: Documents, service_database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command line's settings, those of the service."""
    for name, value in {
        "DATABASE_URL": service_database_url,
        "KAFKA": "127.0.0.1:1",
        "OIDC_ISSUER": "https://identity.test/cer",
        "KEYS_DIR": str(documents.folder),
        "DEPARTEMENT": "Département du Val-d'Exemple",
    }.items():
        monkeypatch.setenv(f"CER_{name}", value)


async def run(*arguments: object) -> Result:
    return await asyncio.to_thread(CliRunner().invoke, command_line, ["vierge", *map(str, arguments)])


@pytest.mark.usefixtures("environment")
async def test_an_operator_prints_copies_of_a_territory_and_their_serials_are_remembered(
    documents: Documents, tmp_path: Path
) -> None:
    await opened(documents)
    await documents.hear(told("Le texte qui vaut désormais."))
    out = tmp_path / "vierges.pdf"

    done = await run("--territory", TERRITORY, "--copies", 2, "--out", out)

    assert done.exit_code == 0, done.output
    assert f"2 exemplaire(s), {2 * PAGES} pages" in done.output
    assert "Le texte qui vaut désormais." in " ".join(texts_of(out.read_bytes())[0].split())
    async with documents.database.read() as session:
        rows = (await session.execute(text("SELECT serial FROM blank_serial WHERE territory = 'aubenas'"))).scalars()
    assert {Serial.parse(row) for row in rows} == set(serials(out.read_bytes()))

    again = await run("--territory", TERRITORY, "--out", out)
    assert (again.exit_code, "existe déjà" in again.output) == (1, True)
    unknown = await run("--territory", "ailleurs", "--out", tmp_path / "ailleurs.pdf")
    assert (unknown.exit_code, "Aucun territoire ouvert" in unknown.output) == (1, True)
    assert not (tmp_path / "ailleurs.pdf").exists()


@pytest.mark.usefixtures("environment")
async def test_copies_are_printed_while_the_database_is_down(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CER_DATABASE_URL", "postgresql+asyncpg://cer@127.0.0.1:1/cer")
    out = tmp_path / "vierges.pdf"
    refused = await run("--territory", TERRITORY, "--out", out)
    assert (refused.exit_code, "--offline" in refused.output) == (1, True)

    done = await run("--territory", "Territoire d'Aubenas", "--offline", "--out", out)

    assert done.exit_code == 0, done.output
    assert "Territoire d'Aubenas" in texts_of(out.read_bytes())[0]
    assert len(set(serials(out.read_bytes()))) == 1

"""Editions are archivable and accessible: PDF/A-2a and PDF/UA-1 by veraPDF, and what a machine can see of the rest."""

import io
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from pathlib import Path

import pikepdf
import pytest

from services.documents.adapters.rendering.html import Look
from services.documents.adapters.rendering.pool import RenderPool
from shared.kernel.serial import Serial
from tests.builders import documents as build
from tests.builders.sheets import CASES
from tests.integration.documents.conftest import FONTS
from tests.tools.pdf import structure
from tests.tools.verapdf import check, check_all

pytestmark = pytest.mark.integration

LOGO = """<svg xmlns="http://www.w3.org/2000/svg" width="60" height="30">
<rect width="60" height="30" fill="#1b3a6b"/><circle cx="15" cy="15" r="9" fill="#fff"/></svg>"""


@pytest.fixture
def opened(made: dict[str, bytes], request: pytest.FixtureRequest) -> Iterator[pikepdf.Pdf]:
    with pikepdf.open(io.BytesIO(made[request.param])) as pdf:
        yield pdf


def test_every_edition_and_letter_keeps_both_standards(made: dict[str, bytes], tmp_path: Path) -> None:
    paths = [tmp_path / f"{name}.pdf" for name in made]
    for path in paths:
        path.write_bytes(made[path.stem])
    assert check_all(paths) == []


async def test_an_edition_with_a_logo_keeps_both_standards(tmp_path: Path) -> None:
    logo, target = tmp_path / "logo.svg", tmp_path / "logo.pdf"
    logo.write_text(LOGO)
    own = RenderPool(Look(logo=logo, accent="#004d40"), FONTS, size=1)
    await own.start()
    try:
        pdf = await own.render("cer_sans_decision", build.sheet().model_dump())
    finally:
        await own.close()
    target.write_bytes(pdf.content)
    assert check(target) == []
    with pikepdf.open(target) as read:
        figures = [str(element.Alt) for element in structure(read) if element.S == "/Figure"]
    assert figures == ["Logo du Département du Val-d'Exemple"]


def test_the_check_sees_what_is_wrong(made: dict[str, bytes], tmp_path: Path) -> None:
    path = tmp_path / "broken.pdf"
    with pikepdf.open(io.BytesIO(made["minimal"])) as pdf:
        del pdf.Root["/Lang"]
        pdf.save(path)
    assert check(path, flavours=("ua1",)) != []


@pytest.mark.parametrize("opened", ["cer_decision_valide-court"], indirect=True)
def test_language_title_and_dates_come_from_the_cer(opened: pikepdf.Pdf) -> None:
    assert str(opened.Root.Lang) == "fr"
    assert bool(opened.Root.ViewerPreferences.DisplayDocTitle)
    title = "Contrat d'engagement n° 3 – Jeanne Fictive – CER décision valide"
    assert str(opened.docinfo.Title) == title
    assert str(opened.docinfo.CreationDate) == f"D:{date(2026, 3, 20):%Y%m%d}"


@pytest.mark.parametrize("opened", ["cer_decision_non_valide-court"], indirect=True)
def test_bookmarks_follow_the_headings(opened: pikepdf.Pdf) -> None:
    with opened.open_outline() as outline:
        (top,) = outline.root
        titles = [item.title for item in top.children]
    assert titles == [
        "Identité",
        "Le contrat",
        "Situation actuelle et actions depuis le dernier CER",
        "Évaluation commune du parcours",
        "Objectifs et engagements",
        "Expression de la personne accompagnée",
        "Accord de la personne",
        "Décision du Département",
        "Comment contester cette décision",
    ]


every_document = pytest.mark.parametrize("opened", CASES, indirect=True)


@every_document
def test_every_document_is_french_has_its_title_and_shows_it(opened: pikepdf.Pdf) -> None:
    assert str(opened.Root.Lang) == "fr"
    assert bool(opened.Root.ViewerPreferences.DisplayDocTitle)
    assert len(str(opened.docinfo.Title)) > 10
    assert bool(opened.Root.MarkInfo.Marked)


@every_document
def test_the_headings_of_every_document_go_down_one_level_at_a_time(opened: pikepdf.Pdf) -> None:
    levels = [int(str(one.S)[2:]) for one in structure(opened) if str(one.S) in {"/H1", "/H2", "/H3", "/H4"}]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


@every_document
def test_every_document_has_bookmarks_under_its_title(opened: pikepdf.Pdf) -> None:
    with opened.open_outline() as outline:
        assert [item.title.strip() for item in outline.root]


@every_document
def test_every_cell_of_a_table_knows_its_header(opened: pikepdf.Pdf) -> None:
    cells = [element for element in structure(opened) if element.S in {"/TD", "/TH"}]
    headers = {str(cell.ID): str(cell.A.Scope) for cell in cells if cell.S == "/TH"}
    assert set(headers.values()) <= {"/Row", "/Column"}
    for cell in cells:
        if cell.S == "/TD":
            assert [str(header) for header in cell.A.Headers] != []
            assert all(str(header) in headers for header in cell.A.Headers)


@every_document
def test_every_picture_has_an_alternative_text(opened: pikepdf.Pdf) -> None:
    assert all(str(element.Alt) for element in structure(opened) if element.S == "/Figure")


@pytest.mark.parametrize("opened", ["cer_vierge-long"], indirect=True)
def test_each_sheet_of_a_cer_vierge_says_its_number_to_who_does_not_see_the_code(opened: pikepdf.Pdf) -> None:
    codes = [str(element.Alt) for element in structure(opened) if element.S == "/Figure"]
    assert codes == [f"Code QR du numéro {Serial.numbered(2)}"] * 4


@pytest.mark.parametrize("opened", ["twelve"], indirect=True)
def test_the_place_of_the_signature_is_a_named_destination(opened: pikepdf.Pdf) -> None:
    names = list(opened.Root.Names.Dests.Names)
    targets = {str(name): target for name, target in zip(names[::2], names[1::2], strict=True)}
    page, _, left, top, _ = targets["signature"]
    assert page.objgen == opened.pages[-1].objgen
    # The whole box, 90 × 34 mm, is on the page, above the footer.
    assert 0 < float(left) < 100
    assert float(top) - 34 * 72 / 25.4 > 20 * 72 / 25.4

"""What a reader sees, measured in the PDF: nothing leaves the page, overlaps, or is torn from what it belongs to."""

import io
from itertools import pairwise
from typing import Any

import pikepdf
import pypdfium2
import pytest
import segno

from services.documents.domain.blank import CORRECTION, PAGES, QUIET_ZONE
from services.documents.domain.letters import Letter
from shared.kernel.serial import Serial
from tests.builders.sheets import CASES, LETTERS
from tests.tools.pdf import MM, glyphs, overlapping, page_numbers, structure, text_of, texts_of

pytestmark = pytest.mark.integration

every_document = pytest.mark.parametrize("name", CASES)
# Right-to-left scripts and Devanagari draw marks over letters.
LATIN = [name for name in CASES if name != "odd"]
HEADINGS = {"/H1", "/H2", "/H3", "/H4"}


@every_document
def test_no_text_leaves_the_page(made: dict[str, bytes], name: str) -> None:
    for page in pypdfium2.PdfDocument(made[name]):
        width, height = page.get_size()
        for glyph in glyphs(page):
            assert glyph.left >= 40, glyph
            assert glyph.right <= width - 40, glyph
            assert glyph.top >= 30, glyph
            assert glyph.bottom <= height - 20, glyph


@pytest.mark.parametrize("name", LATIN)
def test_no_text_is_drawn_over_another(made: dict[str, bytes], name: str) -> None:
    assert [pair for page in pypdfium2.PdfDocument(made[name]) for pair in overlapping(page)] == []


@every_document
def test_no_heading_stands_alone_at_the_foot_of_a_page(made: dict[str, bytes], name: str) -> None:
    with pikepdf.open(io.BytesIO(made[name])) as pdf:
        pages = page_numbers(pdf)
        leaves = [one for one in structure(pdf) if one.S in HEADINGS or _is_leaf(one)]
        for one, following in pairwise(leaves):
            if one.S in HEADINGS and following.S not in HEADINGS and not _inside(following, one):
                assert pages[one.Pg.objgen] == pages[following.Pg.objgen]


@pytest.mark.parametrize(("name", "count"), [("twelve", 12), ("minimal", 1), ("proces_verbal-court", 3)])
def test_an_objective_that_fits_a_page_is_not_torn(made: dict[str, bytes], name: str, count: int) -> None:
    # A block that is broken has an element on each of its pages.
    with pikepdf.open(io.BytesIO(made[name])) as pdf:
        assert [str(one.S) for one in structure(pdf)].count("/Art") == count


@pytest.mark.parametrize("name", ["ordre_du_jour-long", "cer_decision_non_valide-long"])
def test_a_table_that_goes_on_repeats_its_headings(made: dict[str, bytes], name: str) -> None:
    with pikepdf.open(io.BytesIO(made[name])) as pdf:
        tables = [one for one in structure(pdf) if one.S == "/Table"]
        with_columns = [one for one in tables if any(cell.A.Scope == "/Column" for cell in _headers(one))]
        assert len({one.Pg.objgen for one in with_columns}) > 1
        for table in with_columns:
            assert str(table.K[0].S) == "/THead"


@every_document
def test_every_page_has_its_number_and_what_it_is(made: dict[str, bytes], name: str) -> None:
    pages = pypdfium2.PdfDocument(made[name])
    for number, page in enumerate(pages, start=1):
        text = page.get_textpage().get_text_bounded()
        assert f"page {number} / {len(pages)}" in text
        assert "empreinte " in text


@pytest.mark.parametrize("name", LETTERS)
def test_the_window_of_an_envelope_shows_the_recipient_and_nothing_else(made: dict[str, bytes], name: str) -> None:
    """NF Z 10-011, DL envelope: the sheet may slide by 10 mm across and 11 mm down."""
    letter = CASES[name]
    assert isinstance(letter, Letter)
    inside = [
        glyph
        for glyph in glyphs(pypdfium2.PdfDocument(made[name])[0])
        if glyph.right > 90 * MM and glyph.bottom > 34 * MM and glyph.top < 90 * MM
    ]
    shown = "".join(glyph.character for glyph in inside)
    assert shown == "".join(letter.recipient or ("À remettre en main propre",)).replace(" ", "")
    for glyph in inside:
        assert glyph.left >= 100 * MM, glyph
        assert glyph.right <= 190 * MM, glyph
        assert glyph.top >= 45 * MM, glyph
        assert glyph.bottom <= 79 * MM, glyph


@pytest.mark.parametrize("name", ["convocation-court", "relance-court", "ordre_du_jour-court"])
def test_an_ordinary_letter_takes_one_page(made: dict[str, bytes], name: str) -> None:
    assert len(pypdfium2.PdfDocument(made[name])) == 1


@pytest.mark.parametrize("name", ["convocation-long", "convocation-inhabituel", "notification_decision-long"])
def test_who_signs_a_letter_is_never_alone_on_a_page(made: dict[str, bytes], name: str) -> None:
    (last,) = [text for text in texts_of(made[name]) if "Je vous prie" in text]
    assert "Dominique Coiron" in last
    assert len(last.partition("Je vous prie")[0]) > 60


@pytest.mark.parametrize("name", ["cer_decision_non_valide-court", "notification_decision-court"])
def test_how_to_appeal_stands_whole_on_one_page(made: dict[str, bytes], name: str) -> None:
    (page,) = [text for text in texts_of(made[name]) if "Comment contester" in text]
    assert "avec un mandat écrit de votre part." in " ".join(page.split())


@pytest.mark.parametrize(("name", "number"), [("court", 1), ("long", 2), ("inhabituel", 3)])
def test_a_cer_vierge_has_four_sheets_with_its_serial(made: dict[str, bytes], name: str, number: int) -> None:
    pages = texts_of(made[f"cer_vierge-{name}"])
    assert len(pages) == PAGES
    for sheet, text in enumerate(pages, start=1):
        assert str(Serial.numbered(number)) in text
        assert f"feuille {sheet} sur {PAGES}" in text


def test_the_code_that_is_printed_is_that_of_the_serial(made: dict[str, bytes]) -> None:
    """The modules of the page, sampled in their middles at the resolution of a poor scanner."""
    code = segno.make_qr(str(Serial.numbered(1)), error=CORRECTION, boost_error=False)
    expected = [[bool(dark) for dark in row] for row in code.matrix_iter(border=QUIET_ZONE)]
    dots = 200 / 72
    image = pypdfium2.PdfDocument(made["cer_vierge-court"])[0].render(scale=dots).to_pil().convert("L")
    left, top, side = (210 - 18 - 22) * MM * dots, 17 * MM * dots, 22 * MM * dots
    step = side / len(expected)
    read = [
        [
            image.getpixel((int(left + (x + 0.5) * step), int(top + (y + 0.5) * step))) < 128
            for x in range(len(expected))
        ]
        for y in range(len(expected))
    ]
    assert read == expected


def test_nothing_is_lost_of_20_000_characters_without_spaces(made: dict[str, bytes]) -> None:
    text = text_of(made["no_spaces"])
    # « A », « é » and « W » also stand in the rest of the page: at least the text's own.
    assert all(text.count(character) >= 20_000 for character in "AéW")


def test_odd_characters_are_shown_or_marked_and_never_interpreted(made: dict[str, bytes]) -> None:
    text = text_of(made["odd"])
    for kept in ("Łódź, ğış, œuvre", "½, ①, →, ✓", "<b>gras</b> & {{ 7*7 }}", "Привет мир", "Γειά σου"):
        assert kept in text
    assert "□" in text
    assert "49," not in text


def test_a_name_of_sixty_characters_is_whole(made: dict[str, bytes]) -> None:
    for name in ("cer_sans_decision-long", "notification_decision-long"):
        text = text_of(made[name]).replace("\n", " ")
        assert "Wojciechowska-Étchéverry de La Bâtie-d'Urfé Ñuñez Þórsdóttir" in " ".join(text.split())


def _is_leaf(element: Any) -> bool:
    """Whether content of a page hangs on it: a number, not another element."""
    kids = element.get("/K")
    items = list(kids) if isinstance(kids, pikepdf.Array) else [kids]
    return any(isinstance(kid, int) for kid in items)


def _inside(element: Any, ancestor: Any) -> bool:
    while "/P" in element:
        if element.objgen == ancestor.objgen:
            return True
        element = element.P
    return False


def _headers(table: Any) -> list[Any]:
    pending, found = [table], []
    while pending:
        item = pending.pop()
        if isinstance(item, pikepdf.Dictionary) and item.get("/S") == "/TH":
            found.append(item)
        elif isinstance(item, pikepdf.Dictionary) and "/K" in item:
            kids = item.K
            pending.extend(list(kids) if isinstance(kids, pikepdf.Array) else [])
    return found

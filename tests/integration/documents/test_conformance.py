"""Editions are archivable and accessible: PDF/A-2a and PDF/UA-1 by veraPDF, and what a machine can see of the rest."""

import io
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest

from services.documents.adapters.rendering.html import Look
from services.documents.adapters.rendering.pool import RenderPool
from services.documents.domain.edition import EditionKind
from services.documents.domain.sheet import Sheet
from tests.builders import documents as build
from tests.builders import events
from tests.integration.documents.conftest import FONTS
from tests.tools.verapdf import check, check_all

pytestmark = pytest.mark.integration

LOGO = """<svg xmlns="http://www.w3.org/2000/svg" width="60" height="30">
<rect width="60" height="30" fill="#1b3a6b"/><circle cx="15" cy="15" r="9" fill="#fff"/></svg>"""

_PARAGRAPHS = f"{build.SITUATION} {build.EVALUATION}\n\n"
LONG = (_PARAGRAPHS * 40)[:20_000]
ODD = (
    "Łódź, ğış, œuvre, ẽ̱, e\u0301, — «\u202fguillemets\u202f», 1\u202f234,50\u00a0€, "
    "½, ①, →, ✓, 😀👍🏽👩‍👩‍👧, 汉字 かな, "
    "\x00\x07\u202eretourné\u202c, <b>gras</b> & {{ 7*7 }}, \ue000\ufffe, fin\n"
    "مرحبا بكم في القسم\nשלום עולם\nПривет мир\nΓειά σου Κόσμε\nनमस्ते दुनिया\nສະບາຍດີ\n\n\n\tfin"
)
LONG_NAME = "Wojciechowska-Étchéverry de La Bâtie-d'Urfé Ñuñez Þórsdóttir"


def objective(**changes: Any) -> Any:
    return build.OBJECTIVE.model_copy(update=changes)


CASES: dict[str, Sheet] = {
    "short": build.sheet(),
    "minimal": build.sheet(
        situation="Recherche un emploi.",
        evaluation="Partagée.",
        expression="La personne ne souhaite rien exprimer.",
        objectives=(objective(etapes=(), diagnostics=(), diagnostic_labels=(), referent_does="Oriente."),),
    ),
    "valide": build.sheet(EditionKind.CER_DECISION_VALIDE),
    "non_valide": build.sheet(EditionKind.CER_DECISION_NON_VALIDE),
    "twelve": build.sheet(objectives=(build.OBJECTIVE,) * 12, situation=LONG[:6_000], evaluation=LONG[:3_000]),
    "long": build.sheet(
        EditionKind.CER_DECISION_NON_VALIDE,
        situation=LONG,
        evaluation=LONG.replace("\n", " "),
        expression="\n".join(LONG.split(" ")[:600]),
        objectives=(objective(person_does=LONG, etapes=build.OBJECTIVE.etapes * 20),),
    ),
    "no_spaces": build.sheet(
        situation="A" * 20_000,
        evaluation="é" * 20_000,
        objectives=(objective(theme_label="T" * 200, person_does="W" * 20_000, diagnostic_labels=("D" * 300,)),),
    ),
    "odd": build.sheet(
        situation=ODD,
        evaluation=ODD,
        expression=ODD,
        objectives=(objective(theme_label=ODD, person_does=ODD, referent_does=ODD),),
        identity=events.identity(
            nom_usage=LONG_NAME,
            prenom="Zoë-Marie-Ángeles 😀",
            mail="prenom.nom.vraiment.tres.long@sous-domaine.exemple-tres-long.example.org",
            adresse=("Bât. C, esc. 4, appt 12", "Résidence des Longs Noms de Rue sans Abréviation", "07200 Aubenas"),
        ),
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
async def made(pool: RenderPool) -> dict[str, bytes]:
    """Every case, set."""
    return {name: (await pool.render(sheet.kind.value, sheet.model_dump())).content for name, sheet in CASES.items()}


@pytest.fixture
def opened(made: dict[str, bytes], request: pytest.FixtureRequest) -> Iterator[pikepdf.Pdf]:
    with pikepdf.open(io.BytesIO(made[request.param])) as pdf:
        yield pdf


def text_of(content: bytes) -> str:
    return "\n".join(page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(content))


def structure(pdf: pikepdf.Pdf) -> Iterator[Any]:
    """The structure elements, depth first."""
    pending = [pdf.Root.StructTreeRoot.K]
    while pending:
        item = pending.pop()
        if isinstance(item, pikepdf.Array):
            pending.extend(reversed(list(item)))
        elif isinstance(item, pikepdf.Dictionary) and "/S" in item:
            yield item
            if "/K" in item:
                pending.append(item.K)


def test_every_edition_keeps_both_standards(made: dict[str, bytes], tmp_path: Path) -> None:
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
    with pikepdf.open(io.BytesIO(made["short"])) as pdf:
        del pdf.Root["/Lang"]
        pdf.save(path)
    assert check(path, flavours=("ua1",)) != []


@pytest.mark.parametrize("opened", ["valide"], indirect=True)
def test_language_title_and_dates_come_from_the_cer(opened: pikepdf.Pdf) -> None:
    assert str(opened.Root.Lang) == "fr"
    assert bool(opened.Root.ViewerPreferences.DisplayDocTitle)
    title = "Contrat d'engagement n° 3 – Jeanne Fictive – CER décision valide"
    assert str(opened.docinfo.Title) == title
    assert str(opened.docinfo.CreationDate) == f"D:{date(2026, 3, 20):%Y%m%d}"


@pytest.mark.parametrize("opened", ["non_valide"], indirect=True)
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


@pytest.mark.parametrize("opened", ["short"], indirect=True)
def test_every_cell_of_a_table_knows_its_header(opened: pikepdf.Pdf) -> None:
    cells = [element for element in structure(opened) if element.S in {"/TD", "/TH"}]
    headers = {str(cell.ID): str(cell.A.Scope) for cell in cells if cell.S == "/TH"}
    assert set(headers.values()) == {"/Row", "/Column"}
    data = [cell for cell in cells if cell.S == "/TD"]
    assert data
    assert all(str(header) in headers for cell in data for header in cell.A.Headers)
    assert all(len(cell.A.Headers) for cell in data)


@pytest.mark.parametrize("opened", ["twelve"], indirect=True)
def test_the_place_of_the_signature_is_a_named_destination(opened: pikepdf.Pdf) -> None:
    names = list(opened.Root.Names.Dests.Names)
    targets = {str(name): target for name, target in zip(names[::2], names[1::2], strict=True)}
    page, _, left, top, _ = targets["signature"]
    assert page.objgen == opened.pages[-1].objgen
    # The whole box, 90 × 34 mm, is on the page, above the footer.
    assert 0 < float(left) < 100
    assert float(top) - 34 * 72 / 25.4 > 20 * 72 / 25.4


@pytest.mark.parametrize("name", ["short", "twelve", "long", "no_spaces", "odd"])
def test_no_text_leaves_the_page(made: dict[str, bytes], name: str) -> None:
    for page in pypdfium2.PdfDocument(made[name]):
        width, height = page.get_size()
        text = page.get_textpage()
        for at in range(text.count_chars()):
            left, bottom, right, top = text.get_charbox(at)
            assert left >= 40
            assert right <= width - 40
            assert bottom >= 20
            assert top <= height - 30


@pytest.mark.parametrize("name", ["short", "twelve", "long", "non_valide"])
def test_no_heading_stands_alone_at_the_foot_of_a_page(made: dict[str, bytes], name: str) -> None:
    headings = {"Objectifs et engagements", "La personne s'engage à", "Le référent s'engage à", "Étapes"}
    for page in pypdfium2.PdfDocument(made[name]):
        lines = page.get_textpage().get_text_bounded().replace("\r", "").split("\n")
        content = [line for line in lines if not line.startswith(("CER n°", "page "))]
        assert content[-1].strip() not in headings


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
    assert LONG_NAME.split("-", maxsplit=1)[0] in text

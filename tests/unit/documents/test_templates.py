"""From a sheet to a page: escaping, line breaks, fingerprints."""

import re

import pytest
from jinja2 import UndefinedError

from services.documents.adapters.rendering.html import LONGEST_RUN, Look, Templates, breakable, paragraphs, short
from services.documents.domain.composing import compose
from services.documents.domain.edition import OF_A_CER, EditionKind, Order
from services.documents.domain.samples import samples
from services.documents.domain.sheet import Sheet
from services.documents.domain.texts import Texts
from tests.builders import documents as build

TEMPLATES = Templates(Look())


def page(sheet: Sheet) -> str:
    data = sheet.model_dump()
    return TEMPLATES.html(sheet.kind.value, data, TEMPLATES.fingerprint(sheet.kind.value, data))


@pytest.mark.parametrize("kind", OF_A_CER[:3])
def test_each_model_of_a_cer_has_its_parts(kind: EditionKind) -> None:
    html = page(build.sheet(kind))
    assert '<html lang="fr">' in html
    assert "<h1>Contrat d&#39;engagement</h1>" in html
    assert ('id="signature"' in html) == (kind is EditionKind.CER_SANS_DECISION)
    assert ("Décision du Département" in html) == (kind is not EditionKind.CER_SANS_DECISION)
    assert ("Comment contester" in html) == (kind is EditionKind.CER_DECISION_NON_VALIDE)


@pytest.mark.parametrize("kind", EditionKind)
def test_every_model_has_its_template_and_a_sample_of_each_length(kind: EditionKind) -> None:
    for sheet in samples(kind).values():
        assert sheet.kind is kind
        assert '<html lang="fr">' in page(sheet)
        assert page(sheet).count("<h1") >= 1


def test_what_a_person_writes_is_text_and_never_markup() -> None:
    attack = "<img src='http://127.0.0.1/x'><style>@import 'file:///etc/passwd'</style>{{ 7*7 }}\"'"
    everywhere = build.OBJECTIVE.model_copy(
        update={"theme_label": attack, "person_does": attack, "referent_does": attack, "diagnostic_labels": (attack,)}
    )
    html = page(build.sheet(situation=attack, evaluation=attack, expression=attack, objectives=(everywhere,)))
    assert not re.search(r"<(img|style|script|link)\b", html)
    assert html.count("{{ 7*7 }}") == 7
    assert "&lt;img src=" in html


def test_paragraphs_and_lines_are_kept() -> None:
    assert paragraphs("un\ndeux\n\n\ntrois") == [["un", "deux"], ["trois"]]
    assert '<p class="prose" dir="auto">un<br>deux</p>' in page(build.sheet(situation="un\ndeux\n\ntrois"))


def test_only_an_objective_that_fits_a_page_is_kept_whole() -> None:
    long = {"person_does": "mot " * 2_000}, {"person_does": "a\n" * 40}, {"etapes": build.OBJECTIVE.etapes * 8}
    for changes in long:
        objective = build.OBJECTIVE.model_copy(update=changes)
        assert 'class="objective"' in page(build.sheet(objectives=(objective,)))
    assert 'class="objective whole"' in page(build.sheet())


def test_a_run_without_spaces_can_break() -> None:
    assert breakable("court <mot>") == "court &lt;mot&gt;"
    runs = breakable("x" * 1000).split("<wbr>")
    assert "".join(runs) == "x" * 1000
    assert max(len(run) for run in runs) == LONGEST_RUN


def test_a_sheet_that_lacks_something_is_an_error() -> None:
    data = build.sheet().model_dump()
    del data["situation"]
    with pytest.raises(UndefinedError):
        TEMPLATES.html("cer_sans_decision", data, "f" * 64)


def test_diagnostics_are_printed_by_their_labels_or_by_what_an_older_event_holds() -> None:
    older = build.OBJECTIVE.model_copy(update={"diagnostics": ("Bilan",), "diagnostic_labels": ()})

    assert "Diagnostics mobilisés :</strong> Formation</p>" in page(build.sheet())
    assert "Diagnostics mobilisés :</strong> Bilan</p>" in page(build.sheet(objectives=(older,)))


def fingerprint(sheet: Sheet, look: Look | None = None) -> str:
    return Templates(look or Look()).fingerprint(sheet.kind.value, sheet.model_dump())


def test_the_fingerprint_follows_what_is_shown() -> None:
    base = fingerprint(build.sheet())
    assert fingerprint(build.sheet()) == base
    assert fingerprint(build.sheet(situation="Autre texte.")) != base
    assert fingerprint(build.sheet(EditionKind.CER_DECISION_VALIDE)) != base
    assert fingerprint(build.sheet(), Look(accent="#004d40")) != base


def test_another_attempt_of_the_same_revision_has_the_same_fingerprint() -> None:
    orders = [Order.to_sign(build.ready_to_sign(attempt=attempt)) for attempt in (1, 2)]
    first, second = (fingerprint(compose(order, build.LETTERHEAD, build.opened(order), Texts())) for order in orders)
    assert first == second


def test_the_short_fingerprint_is_in_the_page() -> None:
    sheet = build.sheet()
    assert short("0123456789abcdef" * 4) == "0123 4567 89ab cdef"
    assert short(fingerprint(sheet)) in page(sheet)

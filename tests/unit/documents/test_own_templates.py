"""A département's own templates: what they change, and what is refused with its file and its line."""

from pathlib import Path

import pytest

from services.documents.adapters.rendering.checking import check_templates
from services.documents.adapters.rendering.html import TEMPLATES, Look, Templates
from services.documents.domain.edition import EditionKind
from services.documents.domain.samples import samples
from services.documents.main import build
from services.documents.settings import Settings
from shared.kernel.templates import Fault, TemplatesRefused
from shared.runtime.roles import ProcessRole

CONVOCATION = samples(EditionKind.CONVOCATION)["court"]
GOOD = """{% extends "livre/convocation.html" %}
{% block after %}
<p>Accueil ouvert du lundi au vendredi.</p>
{% endblock %}
"""


def folder(tmp_path: Path, **files: str) -> Look:
    """A look whose own templates are these: `convocation="…"` is `convocation.html`."""
    for name, source in files.items():
        (tmp_path / f"{name}.html").write_text(source)
    return Look(templates=tmp_path)


def html(look: Look) -> str:
    return Templates(look).html("convocation", CONVOCATION.model_dump(), "f" * 64)


def faults(look: Look) -> list[Fault]:
    with pytest.raises(TemplatesRefused) as refused:
        check_templates(look)
    assert "Modèles de documents refusés" in str(refused.value)
    return refused.value.faults


def test_a_file_replaces_the_shipped_one_of_its_name_and_may_extend_it(tmp_path: Path) -> None:
    look = folder(tmp_path, convocation=GOOD)
    check_templates(look)
    assert "Accueil ouvert du lundi au vendredi." in html(look)
    assert "Vous êtes convoqué(e)" in html(look)
    assert "Accueil ouvert" not in html(Look())


def test_another_template_is_another_fingerprint(tmp_path: Path) -> None:
    data = CONVOCATION.model_dump()
    own = Templates(folder(tmp_path, convocation=GOOD)).fingerprint("convocation", data)
    assert own != Templates(Look()).fingerprint("convocation", data)


def test_the_shipped_templates_pass_their_own_check() -> None:
    check_templates(Look(templates=TEMPLATES))


def test_a_part_that_another_template_includes_is_allowed(tmp_path: Path) -> None:
    included = GOOD.replace("<p>Accueil ouvert du lundi au vendredi.</p>", '{% include "horaires.html" %}')
    check_templates(folder(tmp_path, convocation=included, horaires="<p>Accueil ouvert.</p>"))


@pytest.mark.parametrize(
    ("source", "line", "what"),
    [
        (GOOD.replace("{% endblock %}", ""), 3, "la syntaxe est incorrecte"),
        (GOOD.replace("vendredi.", "{{ sheet.horaires }}"), 3, "la variable « sheet.horaires » n'existe pas"),
        (GOOD.replace("vendredi.", "{% if 0 %}{{ horaires }}{% endif %}"), 3, "la variable « horaires » n'existe pas"),
        (GOOD.replace("vendredi.", "{{ sheet.rdv.heure }}"), 3, "la variable « heure » n'existe pas"),
        (GOOD.replace("vendredi.", "{{ sheet.day // 0 }}"), 3, "le modèle ne peut pas être rempli"),
        (GOOD.replace("<p>", '<img src="{{ logo }}"><p>'), 3, "pas de texte de remplacement"),
        (GOOD.replace("<p>", '<img alt="plan" src="https://example.org/plan.png"><p>'), 3, "au-dehors"),
        (GOOD.replace("<p>", '<p style="background: url(plan.png)">'), 3, "au-dehors"),
        (GOOD.replace("<p>", "<h4>Accueil</h4><p>"), 3, "un titre saute un niveau"),
        ('<html lang="fr"><title>x</title><h2>x</h2>', 1, "le premier titre de la page n'est pas un <h1>"),
        ("<html><title>x</title>\n<h1>x</h1>", 2, "la page ne dit pas sa langue"),
        ('<html lang="fr">\n<h1>x</h1>', 2, "la page n'a pas de titre"),
        ('{% extends "autre.html" %}', 1, "le modèle « autre.html » n'existe pas"),
    ],
)
def test_what_is_wrong_is_said_with_its_file_and_its_line(tmp_path: Path, source: str, line: int, what: str) -> None:
    found = faults(folder(tmp_path, convocation=source))
    assert [(one.file, one.line) for one in found if what in one.what] == [("convocation.html", line)], found


def test_a_file_that_replaces_nothing_is_not_ignored(tmp_path: Path) -> None:
    (fault,) = faults(folder(tmp_path, convocatoin=GOOD))
    assert (fault.file, "ne remplace aucun modèle livré" in fault.what) == ("convocatoin.html", True)


def test_what_is_no_text_too_large_or_a_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "letter.html").write_bytes(b"\xff\xfe")
    (tmp_path / "cer.html").write_text("x" * 300_000)
    (tmp_path / "relance.html").symlink_to("/etc/hostname")
    assert {fault.file for fault in faults(Look(templates=tmp_path))} == {"letter.html", "cer.html", "relance.html"}


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    (fault,) = faults(Look(templates=tmp_path / "absent"))
    assert fault.what == "ce dossier n'existe pas"


def test_the_service_does_not_start_with_a_broken_template(tmp_path: Path) -> None:
    folder(tmp_path, convocation=GOOD.replace("vendredi.", "{{ sheet.horaires }}"))
    settings = Settings(
        database_url="postgresql+asyncpg://x@127.0.0.1:1/x",
        kafka="127.0.0.1:1",
        oidc_issuer="https://identity.test/cer",
        keys_dir=tmp_path,
        objects=str(tmp_path / "objects"),
        templates=tmp_path,
    )
    with pytest.raises(TemplatesRefused, match=r"convocation\.html, ligne 3 : la variable « sheet\.horaires »"):
        build(settings, frozenset({ProcessRole.API}))

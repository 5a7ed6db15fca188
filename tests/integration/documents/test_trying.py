"""A département's templates tried as PDFs: within time and memory, and by the command line."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from services.documents.adapters.rendering.html import Look
from services.documents.adapters.rendering.trying import Limits, try_templates
from services.documents.domain.edition import EditionKind
from services.documents.entrypoints.cli import app
from shared.kernel.templates import TemplatesRefused
from tests.integration.documents.conftest import FONTS

pytestmark = pytest.mark.integration


def test_templates_that_take_too_long_are_refused(tmp_path: Path) -> None:
    with pytest.raises(TemplatesRefused, match=r"relance\.html, ligne 1 : .* dépasse 0 secondes"):
        try_templates(Look(templates=tmp_path), FONTS, Limits(seconds=0.0), [EditionKind.RELANCE])


def test_templates_that_take_too_much_memory_are_refused(tmp_path: Path) -> None:
    # A process holds more than this once its fonts are loaded.
    with pytest.raises(TemplatesRefused, match="dépasse 10 Mo de mémoire"):
        try_templates(Look(templates=tmp_path), FONTS, Limits(megabytes=10), [EditionKind.RELANCE])


def test_the_command_names_each_fault_and_ends_with_an_error(tmp_path: Path) -> None:
    (tmp_path / "letter.html").write_text("{% block text %}\n{{ sheet.recipent }}\n{% endblock %}\n")
    done = CliRunner().invoke(app, ["templates", "check", str(tmp_path)])
    assert done.exit_code == 1
    assert "letter.html, ligne 2 : la variable « sheet.recipent » n'existe pas" in done.output


def test_the_command_says_that_templates_may_serve(tmp_path: Path) -> None:
    (tmp_path / "relance.html").write_text(
        '{% extends "livre/relance.html" %}\n{% block after %}<p>Ouvert.</p>{% endblock %}\n'
    )
    done = CliRunner().invoke(app, ["templates", "check", str(tmp_path), "--kind", "relance"])
    assert (done.exit_code, "Ces modèles peuvent servir" in done.output) == (0, True), done.output

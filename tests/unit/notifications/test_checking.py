"""A département's own templates: what would break a message is said with its file and line, before it serves."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from services.notifications.adapters.templates.checking import check_templates
from services.notifications.adapters.templates.library import Library
from services.notifications.entrypoints.cli import app
from shared.kernel.clock import FixedClock
from shared.kernel.templates import TemplatesRefused
from tests.builders.notifications import NOW

SITE = {"portal_url": "https://cer.example.org", "departement": "Département d'Exemple"}


def check(folder: Path | None) -> list[str]:
    """What is wrong with this folder."""
    try:
        check_templates(Library(folder, SITE), folder, FixedClock(NOW))
    except TemplatesRefused as refused:
        return [str(fault) for fault in refused.faults]
    return []


def write(folder: Path, name: str, text: str) -> None:
    """A file of the département's own."""
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text)


def test_the_shipped_ones_can_serve() -> None:
    assert check(None) == []


def test_an_own_file_that_extends_the_shipped_one_can_serve(tmp_path: Path) -> None:
    write(
        tmp_path,
        "layout.txt",
        '{% extends "livre/layout.txt" %}{% block farewell %}Le service insertion vous répond.{% endblock %}',
    )
    assert check(tmp_path) == []


@pytest.mark.parametrize(
    ("name", "text", "where", "what"),
    [
        ("rappel.txt", "x", "rappel.txt, ligne 1", "ne remplace aucun modèle livré"),
        ("rappel_personne/sms.txt", "{{ day", "rappel_personne/sms.txt, ligne 1", "syntaxe"),
        ("rappel_personne/sms.txt", "ok\n{{ heure }}", "rappel_personne/sms.txt, ligne 2", "'heure' is undefined"),
        ("rappel_personne/sms.txt", "a" * 400, "rappel_personne/sms.txt, ligne 1", "3 segments"),
        ("rappel_personne/subject.txt", "deux\nlignes", "rappel_personne/subject.txt, ligne 1", "une ligne"),
        ("rappel_personne/subject.txt", " ", "rappel_personne/subject.txt, ligne 1", "une ligne"),
        ("layout.html", "<p>\n<img src='https://example.org/x.png'>", "layout.html, ligne 2", "au-dehors"),
        ("rappel_personne/body.html", "<p>Bonjour</p>", "rappel_personne/body.html, ligne 1", "la langue"),
        ("rappel_personne/body.html", '<html lang="fr"><p>x</p>', "rappel_personne/body.html", "titre de niveau 1"),
        (
            "layout_referent.html",
            '<html lang="fr"><title>x</title><h1>x</h1><a href="{{ link }}">ici</a>',
            "cer_retourne_referent/body.html, ligne 1",
            "un lien dit où il mène",
        ),
        ("rappel_personne/body.txt", "{{ day | jours }}", "rappel_personne/body.txt, ligne 1", "jours"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(tmp_path: Path, name: str, text: str, where: str, what: str) -> None:
    write(tmp_path, name, text)
    faults = check(tmp_path)
    assert any(fault.startswith(where) and what in fault for fault in faults), faults


def test_what_is_no_text_and_a_folder_that_is_not_there_are_told(tmp_path: Path) -> None:
    assert "n'existe pas" in check(tmp_path / "absent")[0]
    (tmp_path / "layout.txt").write_bytes(b"\xff\xfe")
    assert "UTF-8" in check(tmp_path)[0]


def test_the_commands_say_the_same(tmp_path: Path) -> None:
    runner = CliRunner()
    assert "peuvent servir" in runner.invoke(app, ["templates", "check"]).stdout
    shown = runner.invoke(app, ["templates", "preview", "rappel_personne"]).stdout
    assert "SMS (1 segment(s), gsm-7) : Département d'Exemple : rappel de votre rendez-vous du 1er avril 2026" in shown
    assert "<h1" in runner.invoke(app, ["templates", "preview", "rappel_personne", "--html"]).stdout
    unknown = runner.invoke(app, ["templates", "preview", "rappel"])
    assert (unknown.exit_code, "rappel_personne" in unknown.stderr) == (1, True)
    write(tmp_path, "rappel_personne/sms.txt", "{{ heure }}")
    refused = runner.invoke(app, ["templates", "check", str(tmp_path)])
    assert (refused.exit_code, "rappel_personne/sms.txt, ligne 1" in refused.stderr) == (1, True)
    assert runner.invoke(app, ["templates", "preview", "rappel_personne", str(tmp_path)]).exit_code == 1

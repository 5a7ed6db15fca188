"""What an operator's command says when what it needs is not there: one line in French, and no trace of the program."""

import asyncio
import re
import sys
from pathlib import Path

import pytest

import cer
from tests.fixtures.databases import fresh_database

pytestmark = pytest.mark.integration

NOBODY = "127.0.0.1:1"
NO_SERVER = f"postgresql+asyncpg://cer:canari@{NOBODY}/cer"
PROGRESS = re.compile(r"\s*\d+% ")
COMMANDS = [
    "contracts import cnaf {file} --territory T1",
    "contracts import beneficiaries {file} --mapping tableur-simple",
    "contracts import agents {file}",
    "contracts export dossiers {out}",
    "contracts erasures",
    "contracts retention",
    "contracts republish --only agents",
    "contracts territories open T1 Nord",
    "contracts parked list",
    "contracts outbox list",
    "contracts audit verify",
    "contracts migrate",
    "signature parked list",
    "validation audit head",
    "documents parked list",
]


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The environment of the command line, with a database that is not there, and the folder that it may use."""
    monkeypatch.setenv("CER_DATABASE_URL", NO_SERVER)
    monkeypatch.setenv("CER_KAFKA", NOBODY)
    monkeypatch.setenv("CER_OIDC_ISSUER", "https://identity.test/cer")
    monkeypatch.setenv("CER_PORTAL_URL", "https://portail.test")
    monkeypatch.setenv("CER_MAIL_FROM", "cer@departement.example")
    (tmp_path / "keys").mkdir()
    monkeypatch.setenv("CER_KEYS_DIR", str(tmp_path / "keys"))
    return tmp_path


def ended(command: str, monkeypatch: pytest.MonkeyPatch) -> int:
    """The exit code of the command line."""
    monkeypatch.setattr(sys, "argv", ["cer", *command.split()])
    with pytest.raises(SystemExit) as end:
        cer.main()
    return int(end.value.code or 0)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_without_its_database_says_so_in_a_line(
    command: str, settings: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (settings / "lines.csv").write_text("id;name;role\n1;Camille Mirabel;referent\n")
    asked = command.format(file=settings / "lines.csv", out=settings / "out.csv")

    assert ended(asked, monkeypatch) != 0

    said = capsys.readouterr()
    lines = [line for line in said.err.splitlines() if line.strip() and not PROGRESS.match(line)]
    assert len(lines) == 1, said.err
    assert "ne répond pas" in lines[0]
    assert "canari" not in said.err + said.out


def test_a_database_that_was_not_migrated_names_the_command(
    postgres_url: str, settings: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def on_an_empty_one() -> int:
        async with fresh_database(postgres_url) as url:
            monkeypatch.setenv("CER_DATABASE_URL", url)
            return await asyncio.to_thread(ended, "contracts parked list", monkeypatch)

    assert asyncio.run(on_an_empty_one()) == 1
    assert "cer SERVICE migrate" in capsys.readouterr().err


def test_a_database_that_does_not_exist_is_refused_without_its_words(
    postgres_url: str, settings: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    plain = postgres_url.replace("postgresql://", "postgresql+asyncpg://")
    monkeypatch.setenv("CER_DATABASE_URL", plain.rsplit("/", 1)[0] + "/absente")

    assert ended("contracts parked list", monkeypatch) == 1
    assert "refuse la connexion (SQLSTATE 3D000)" in capsys.readouterr().err


def test_topics_without_kafka(
    settings: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ended(f"topics provision --kafka {NOBODY}", monkeypatch) == 1
    assert "Kafka ne répond pas" in capsys.readouterr().err


def test_a_folder_that_is_no_maildir_is_named(
    settings: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ended(f"notifications bounces {settings}", monkeypatch) == 1
    assert capsys.readouterr().err == f"Le fichier {settings / 'cur'} n'est pas utilisable : il n'existe pas.\n"

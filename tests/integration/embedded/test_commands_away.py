"""What an operator's command says when what it needs is not there: one line in French, and no trace of the program."""

import asyncio
import errno
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest
from aiokafka.errors import KafkaTimeoutError, TopicAuthorizationFailedError
from sqlalchemy.exc import DBAPIError, InterfaceError, ProgrammingError

import cer
from shared.audit.cli import UNCHECKED
from shared.database.migrations import migrate
from shared.events.topics import Topic
from shared.runtime.commands import words_of
from tests.builders.keys import key_folder
from tests.fixtures.databases import fresh_database

pytestmark = pytest.mark.integration


class Weather(Exception):  # noqa: N818 - as the driver's, by its code
    """What the driver raises."""

    def __init__(self, sqlstate: str) -> None:
        super().__init__(sqlstate)
        self.sqlstate = sqlstate


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
    "documents vierge --territory nord --out {out}",
]


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The environment of the command line, with a database that is not there, and the folder that it may use."""
    monkeypatch.setenv("CER_DATABASE_URL", NO_SERVER)
    monkeypatch.setenv("CER_KAFKA", NOBODY)
    monkeypatch.setenv("CER_OIDC_ISSUER", "https://identity.test/cer")
    monkeypatch.setenv("CER_PORTAL_URL", "https://portail.test")
    monkeypatch.setenv("CER_MAIL_FROM", "cer@departement.example")
    key_folder(tmp_path / "keys", "contracts")
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

    # 1 of the audit's would say that its chain was tampered with.
    assert ended(asked, monkeypatch) == (UNCHECKED if " audit " in asked else 1)

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
    assert "refuse l'accès (SQLSTATE 3D000)" in capsys.readouterr().err


def test_topics_without_kafka(
    settings: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ended(f"topics provision --kafka {NOBODY}", monkeypatch) == 1
    assert "Kafka ne répond pas" in capsys.readouterr().err


def test_a_chain_that_cannot_be_checked_through_a_fault_of_ours_is_not_told_to_be_tampered_with(
    settings: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (settings / "keys" / "agent.public.json").write_text("not JSON")

    assert ended("validation audit verify", monkeypatch) == UNCHECKED
    assert "Traceback" in capsys.readouterr().err


def test_a_folder_that_is_no_maildir_is_named(
    settings: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ended(f"notifications bounces {settings}", monkeypatch) == 1
    assert capsys.readouterr().err == f"Le fichier {settings / 'cur'} n'est pas utilisable : il n'existe pas.\n"


async def _on_a_migrated_database(
    postgres_url: str, service: str, command: str, monkeypatch: pytest.MonkeyPatch, role: str
) -> int:
    async with fresh_database(postgres_url) as url:
        await asyncio.to_thread(migrate, service, url)
        monkeypatch.setenv("CER_DATABASE_URL", re.sub(r"//[^@]*@", f"//{role}:{role}@", url))
        return await asyncio.to_thread(ended, command, monkeypatch)


@pytest.fixture
def without_rights(postgres_url: str) -> Iterator[str]:
    """A role that may come in, and do nothing."""

    async def run(statement: str) -> None:
        admin = await asyncpg.connect(postgres_url)
        await admin.execute(statement)
        await admin.close()

    asyncio.run(run("CREATE ROLE without_rights LOGIN PASSWORD 'without_rights'"))
    yield "without_rights"
    asyncio.run(run("DROP ROLE without_rights"))


def test_an_audit_that_may_not_be_read_is_not_told_to_be_tampered_with(
    postgres_url: str,
    without_rights: str,
    settings: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    asked = _on_a_migrated_database(postgres_url, "validation", "validation audit verify", monkeypatch, without_rights)

    assert asyncio.run(asked) == UNCHECKED
    assert "42501" in capsys.readouterr().err


def test_a_report_that_cannot_be_written_is_refused_before_anything_is_done(
    settings: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Said after it, an hour's import would be for nothing."""
    (settings / "agents.csv").write_text("id;name;role\na1;Camille Mirabel;referent\n")

    assert ended(f"contracts import agents {settings / 'agents.csv'} --report absent/r.json", monkeypatch) == 2
    assert "le dossier absent n'existe pas" in capsys.readouterr().err


def test_a_file_that_cannot_be_read_is_named(
    settings: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (settings / "cer.pdf").write_bytes(b"%PDF-1.7")
    asked = f"signature extend {settings / 'cer.pdf'} --tsa-url http://tsa.test --keys-dir {settings / 'keys'}"

    assert ended(asked, monkeypatch) == 1
    assert capsys.readouterr().err.strip().endswith("seal-root.pem n'est pas utilisable : il n'existe pas.")


def _migrated_with(postgres_url: str, monkeypatch: pytest.MonkeyPatch, statement: str) -> int:
    """How the migration of a migrated database ends, after this."""

    async def migrated() -> int:
        async with fresh_database(postgres_url) as url:
            await asyncio.to_thread(migrate, "validation", url)
            admin = await asyncpg.connect(url.replace("postgresql+asyncpg", "postgresql"))
            await admin.execute(statement)
            await admin.close()
            monkeypatch.setenv("CER_DATABASE_URL", url)
            return await asyncio.to_thread(ended, "validation migrate", monkeypatch)

    return asyncio.run(migrated())


def test_a_database_of_a_newer_version_is_not_migrated(
    postgres_url: str, settings: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _migrated_with(postgres_url, monkeypatch, "UPDATE alembic_version SET version_num = '9999'") == 1
    assert capsys.readouterr().err.startswith("Version trop ancienne : ")


def test_a_migration_that_fails_shows_where_and_does_not_ask_to_migrate(
    postgres_url: str, settings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ProgrammingError, match="does not exist"):
        _migrated_with(
            postgres_url,
            monkeypatch,
            "DROP TABLE session_item CASCADE; UPDATE alembic_version SET version_num = '0011'",
        )


def test_topics_with_more_copies_than_brokers_are_refused(
    kafka: str, settings: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("shared.messaging.provisioning.TOPICS", (Topic("never-made", "contracts", "none", "None."),))

    assert ended(f"topics provision --kafka {kafka} --replication 3", monkeypatch) == 1
    assert "« never-made » : InvalidReplicationFactorError" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "Le disque ne sert pas : il est plein."),
        (FileNotFoundError(errno.ENOENT, "No such file", "a.csv"), "Le fichier a.csv n'est pas utilisable : il n'exis"),
        (TimeoutError(), "La base de données ne répond pas (TimeoutError)."),
        (DBAPIError("", None, Weather("53300")), "La base de données ne répond pas (SQLSTATE 53300)."),
        (DBAPIError("", None, Weather("40P01")), "Un autre traitement modifie les mêmes données (SQLSTATE 40P01)."),
        (KafkaTimeoutError(), "Kafka ne répond pas (KafkaTimeoutError)"),
        (TopicAuthorizationFailedError(), "Kafka refuse la demande (TopicAuthorizationFailedError)"),
    ],
)
def test_each_failure_has_its_words(error: Exception, said: str) -> None:
    assert (words_of(error) or "").startswith(said)


@pytest.mark.parametrize(
    "error",
    [
        BrokenPipeError(errno.EPIPE, "Broken pipe"),
        InterfaceError("", None, Exception("the server expects 1 argument")),
        DBAPIError("", None, Weather("22012")),
        RuntimeError("mine"),
    ],
)
def test_what_is_a_fault_of_ours_has_none(error: Exception) -> None:
    assert words_of(error) is None

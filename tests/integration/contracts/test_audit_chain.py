"""The chain as others can hold it to account: heads published, tampering found from a terminal, old entries pruned."""

import asyncio
import json
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from typer.testing import CliRunner, Result

from services.contracts.settings import Settings
from shared.audit.cli import audit_commands
from shared.audit.entry import Head, Record, chain, head_of
from shared.audit.keeping import prune, publish_head, verify
from shared.audit.ledger import Ledger
from shared.audit.rules import NoHeadToPruneAt, PrunedTooEarly
from shared.audit.tables import audit_entry
from shared.database.engine import Database
from shared.events.audit import AuditHeadPublished
from shared.security.principal import Role
from tests.builders.audit import entries
from tests.builders.contracts import NOW
from tests.integration.contracts.conftest import Contracts

pytestmark = pytest.mark.integration

AS_OWNER = "ALTER TABLE audit_entry DISABLE TRIGGER ALL"


async def filled(contracts: Contracts, count: int = 30) -> None:
    ledger = Ledger(Database(contracts.database.url, pool_size=1))
    for number in range(count):
        await ledger.append(Record(NOW + timedelta(days=number), f"agent-{number}", "referent", "read-dossier", "ok"))
    await ledger.close()


async def by_the_owner(contracts: Contracts, *statements: str) -> None:
    async with contracts.database.begin() as uow:
        for statement in (AS_OWNER, *statements):
            await uow.session.execute(text(statement))


async def command(contracts: Contracts, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> Result:
    for name, value in {
        "DATABASE_URL": contracts.database.url,
        "KAFKA": "127.0.0.1:1",
        "OIDC_ISSUER": "https://identity.test/cer",
        "KEYS_DIR": "/nonexistent",
    }.items():
        monkeypatch.setenv(f"CER_{name}", value)
    return await asyncio.to_thread(CliRunner().invoke, audit_commands(Settings), arguments)


async def test_the_head_is_published_when_the_chain_grew_and_only_then(contracts: Contracts) -> None:
    assert await publish_head(contracts.database, AuditHeadPublished) is None
    await filled(contracts, 3)

    assert await publish_head(contracts.database, AuditHeadPublished) is not None
    assert await publish_head(contracts.database, AuditHeadPublished) is None

    (told,) = await contracts.told(AuditHeadPublished)
    last = (await entries(contracts.database))[-1]
    assert (told.sequence, told.hash, told.at) == (3, last.hash.hex(), last.record.at)


async def test_an_untouched_chain_is_whole_and_its_head_can_be_kept(
    contracts: Contracts, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    await filled(contracts)
    kept = await command(contracts, monkeypatch, "head")
    held = tmp_path / "heads.jsonl"
    held.write_text(kept.output)
    await filled(contracts, 2)

    found = await command(contracts, monkeypatch, "verify", "--head", str(held))

    assert json.loads(kept.output)["sequence"] == 30
    assert found.exit_code == 0, found.output
    assert "32 entrées vérifiées" in found.output


@pytest.mark.parametrize(
    ("statement", "entry", "words"),
    [
        ("UPDATE audit_entry SET actor = 'agent-autre' WHERE id = 12", 12, "ne correspond plus"),
        ("DELETE FROM audit_entry WHERE id = 12", 12, "manque"),
        ("DELETE FROM audit_entry WHERE id > 20", 21, "coupées"),
        ("DELETE FROM audit_entry WHERE id < 5", 1, "manque"),
        ("UPDATE audit_entry SET dossiers = array[gen_random_uuid()] WHERE id = 30", 30, "ne correspond plus"),
    ],
)
async def test_what_the_owner_of_the_database_changed_is_told_with_its_first_entry(
    contracts: Contracts, monkeypatch: pytest.MonkeyPatch, statement: str, entry: int, words: str
) -> None:
    await filled(contracts)
    await publish_head(contracts.database, AuditHeadPublished)
    await by_the_owner(contracts, statement)

    found = await command(contracts, monkeypatch, "verify")

    assert found.exit_code == 1
    assert f"CHAÎNE ALTÉRÉE à l'entrée {entry} :" in found.output
    assert words in found.output


async def test_a_chain_made_anew_to_its_last_byte_is_betrayed_by_a_head_held_elsewhere(
    contracts: Contracts, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    await filled(contracts)
    held = tmp_path / "heads.jsonl"
    held.write_text((await command(contracts, monkeypatch, "head")).output)
    await _remade(contracts)

    alone = await command(contracts, monkeypatch, "verify")
    against = await command(contracts, monkeypatch, "verify", "--head", str(held))

    assert alone.exit_code == 0, "nothing that stands in the database can show it"
    assert "Sans empreinte gardée ailleurs" in alone.output
    assert against.exit_code == 1
    assert "CHAÎNE ALTÉRÉE à l'entrée 30" in against.output


async def test_a_file_that_holds_no_heads_is_said_and_is_not_a_tampering(
    contracts: Contracts, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    held = tmp_path / "heads.jsonl"
    held.write_bytes(b'\xef\xbb\xbf{"sequence": 1}\n')

    found = await command(contracts, monkeypatch, "verify", "--head", str(held))

    assert found.exit_code == 3
    assert "ligne 1" in found.output


async def test_old_entries_are_pruned_at_a_published_head_and_the_rest_is_verified_from_there(
    contracts: Contracts, monkeypatch: pytest.MonkeyPatch
) -> None:
    await filled(contracts, 10)
    await publish_head(contracts.database, AuditHeadPublished)
    await filled(contracts, 5)
    contracts.clock.instant = NOW + timedelta(days=400)

    anchor, gone = await prune(contracts.database, contracts.clock, timedelta(days=365))

    assert (anchor.id, gone) == (10, 10)
    assert [entry.id for entry in await entries(contracts.database)] == [11, 12, 13, 14, 15, 16]
    assert (await entries(contracts.database))[-1].record.operation == "prune-audit"
    assert (await verify(contracts.database, contracts.clock, [anchor])).flaw is None
    await by_the_owner(contracts, "DELETE FROM audit_entry WHERE id = 11")
    assert (await command(contracts, monkeypatch, "verify")).exit_code == 1


async def test_what_is_younger_than_six_months_or_was_never_published_is_not_pruned(contracts: Contracts) -> None:
    await filled(contracts, 10)
    contracts.clock.instant = NOW + timedelta(days=400)

    with pytest.raises(NoHeadToPruneAt):
        await prune(contracts.database, contracts.clock, timedelta(days=365))
    with pytest.raises(PrunedTooEarly):
        await prune(contracts.database, contracts.clock, timedelta(days=90))


async def test_the_admin_reads_who_saw_a_dossier_in_ids_only_and_that_leaves_its_line(contracts: Contracts) -> None:
    dossier = await contracts.accompanied()
    await contracts.get(f"/dossiers/{dossier['id']}", Role.SECRETARIAT)

    first = (await contracts.get(f"/audit?dossier={dossier['id']}&limit=2", Role.ADMIN)).json()
    rest = (await contracts.get(f"/audit?dossier={dossier['id']}&after={first['next']}", Role.ADMIN)).json()
    of_one = (await contracts.get("/audit?actor=secretariat-nord", Role.ADMIN)).json()

    assert len(first["entries"]) == 2
    assert [one["operation"] for one in rest["entries"]][-2:] == ["read-dossier", "read-audit"]
    assert [one["relation"] for one in of_one["entries"]] == ["territory"]
    assert dossier["nom_naissance"] not in json.dumps([first, rest, of_one])


async def test_the_head_is_for_the_admin_and_the_partners_who_hold_it(contracts: Contracts) -> None:
    assert (await contracts.get("/audit/head", Role.PARTNER)).status_code == 404
    await contracts.get("/dossiers")

    answer = await contracts.get("/audit/head", Role.PARTNER)

    assert answer.json()["sequence"] == len(await entries(contracts.database))
    assert (await contracts.get("/audit/head", Role.CHEF_DE_SERVICE)).status_code == 403


async def _remade(contracts: Contracts) -> None:
    """As an owner would who knows this code: one entry changed, every fingerprint after it computed again."""
    before: Head | None = None
    rows = []
    for entry in await entries(contracts.database):
        record = entry.record
        if entry.id == 12:
            record = Record(record.at, "agent-innocent", record.role, record.operation, record.outcome)
        anew = chain(record, before)
        before = head_of(anew)
        rows.append({"id": anew.id, "previous_hash": anew.previous_hash, "hash": anew.hash, **vars(record)})
    await by_the_owner(contracts, "DELETE FROM audit_entry")
    async with contracts.database.begin() as uow:
        await uow.session.execute(audit_entry.insert(), [{**row, "dossiers": [], "cers": []} for row in rows])

"""From the CAF's file to the decision letter: what the main job says of itself, and what it leaves."""

import hashlib
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from deploy.embedded.databases import database_secret
from deploy.embedded.services import SERVICES
from deploy.journey.client import wait_for
from deploy.journey.steps import MAIL
from tests.journeys.conftest import Done
from tests.tools.verapdf import check_all

pytestmark = [pytest.mark.journey, pytest.mark.timeout(600)]

REFERENT_MAIL = "referent-nord@departement.example"


def mails(done: Done, to: str) -> list[dict[str, Any]]:
    """Those that reached an address, oldest first."""
    return done.running.messages("mail", to)[::-1]


def person_mails(done: Done) -> list[dict[str, Any]]:
    """Those to the person about this CER: other tests write to the same made-up person."""
    ours = {(done.folder / name).read_bytes() for name in ("cer-signe.pdf", "cer-decision-valide.pdf")}
    return [mail for mail in mails(done, MAIL) if done.running.attachment(mail) in ours]


def test_every_step_succeeds_and_is_reported(main_job: Done) -> None:
    report = main_job.report

    assert report["ok"] is True
    assert len(report["steps"]) == 10
    for step in report["steps"]:
        assert step["name"]
        assert step["ok"] is True
        assert step["seconds"] > 0
        assert step["error"] == ""
        assert len(bytes.fromhex(step["trace_id"])) == 16
        assert all(Path(file).is_file() for file in step["files"])
    assert len({step["trace_id"] for step in report["steps"]}) == 10
    ids = {name: found for step in report["steps"] for name, found in step["ids"].items()}
    assert ids.keys() == {"dossier", "cer", "signature", "study", "edition"}
    files = {Path(file).name for step in report["steps"] for file in step["files"]}
    assert {"import.json", "page-1.png", "cer-signe.pdf", "mail-cer-signe.pdf", "cer-decision-valide.pdf"} <= files


def test_the_signed_pdf_is_intact_until_one_byte_changes(main_job: Done, tmp_path: Path) -> None:
    signed = (main_job.folder / "cer-signe.pdf").read_bytes()
    changed = bytearray(signed)
    changed[len(signed) // 3] ^= 1
    (tmp_path / "changed.pdf").write_bytes(changed)

    intact = main_job.running.cer("signature", "verify", str(main_job.folder / "cer-signe.pdf"))
    altered = main_job.running.cer("signature", "verify", str(tmp_path / "changed.pdf"))

    assert intact.returncode == 0, intact.stdout
    assert intact.stdout.startswith("INTACT")
    assert altered.returncode != 0, altered.stdout


def test_what_was_signed_and_what_was_decided_is_archivable_and_accessible(main_job: Done) -> None:
    assert check_all([main_job.folder / "cer-signe.pdf", main_job.folder / "cer-decision-valide.pdf"]) == []


def test_the_referent_is_sent_links_and_never_a_file(main_job: Done) -> None:

    def both() -> list[dict[str, Any]] | None:
        about = main_job.journey.mails_of_cer(REFERENT_MAIL)
        return about if len(about) >= 2 else None

    about = wait_for(both, "les mails au référent : signé, décidé")
    portal = f"http://127.0.0.1:{main_job.running.state.ports['portal']}"

    assert len(about) == 2
    for mail in about:
        assert mail["to"] == [REFERENT_MAIL]
        assert mail["attachments"] == []
        assert portal in mail["text"]
        assert "TIFOUR" not in (mail["text"] + mail["subject"] + (mail["html"] or "")).upper()


def test_the_person_is_sent_the_very_files_that_are_kept(main_job: Done) -> None:
    referent = main_job.running.agents["referent-nord"]
    signature = referent.get("signature", f"/signatures/{main_job.journey.signature_id}").json()
    edition = referent.get("documents", f"/editions/{main_job.step('Le CER est validé').ids['edition']}").json()

    sent = person_mails(main_job)

    assert [mail["to"] for mail in sent] == [[MAIL], [MAIL]]
    assert [[part["media_type"] for part in mail["attachments"]] for mail in sent] == [["application/pdf"]] * 2
    fingerprints = [hashlib.sha256(main_job.running.attachment(mail)).hexdigest() for mail in sent]
    assert fingerprints == [signature["sealed_sha256"], edition["sha256"]]


def test_the_cer_is_valid_and_its_accord_came_by_sms(main_job: Done) -> None:
    referent = main_job.running.agents["referent-nord"]
    cer = referent.get("contracts", f"/cers/{main_job.journey.cer_id}").json()
    editions = referent.get("documents", "/editions", cer_id=main_job.journey.cer_id).json()["editions"]

    assert (cer["state"], cer["accord"], cer["accord_origin"]) == ("valide", "oui", "sms")
    assert cer["decision"]["outcome"] == "valide"
    assert {edition["kind"]: edition["fits"] for edition in editions if edition["kind"] != "notification_decision"} == {
        "cer_sans_decision": False,
        "cer_decision_valide": True,
    }
    assert all(edition["failure"] is None for edition in editions)


async def test_nothing_of_it_was_parked(main_job: Done) -> None:
    for service in SERVICES:
        url = main_job.running.state.secret(database_secret(service)).replace("+asyncpg", "")
        connection = await asyncpg.connect(url)
        key = main_job.journey.cer_id.encode()
        parked = await connection.fetch("SELECT type, code, reason FROM parked_event WHERE key = $1", key)
        await connection.close()
        assert parked == [], service

"""The log of a dossier: what was sent to whom, when, by what, with what proof; what it said; what came back."""

import mailbox
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from services.notifications.adapters.repository import stores_of
from services.notifications.adapters.templates.library import Library
from services.notifications.application.commands.ledger import Ledger
from services.notifications.domain.bounce import Bounce
from services.notifications.entrypoints.cli.bounces import take
from shared.events.blocks import ContactPoint
from shared.events.contracts import CerReturned
from shared.events.notifications import ContactFailed
from shared.events.signature import SignatureCompleted, SignatureVoided
from shared.kernel.ids import new_id
from shared.runtime.platform import Platform
from shared.security.principal import Role
from tests.builders.events import DOSSIER_ID, TERRITORY
from tests.builders.notifications import readable
from tests.fixtures.sms_provider import Answer, Asked, Behaviour, sms_provider
from tests.fixtures.smtp import Provider
from tests.integration.notifications.conftest import Notifications

pytestmark = pytest.mark.integration

PDF = b"%PDF-1.7 made up\n%%EOF\n"


async def sent(notifications: Notifications, provider: Provider) -> Any:
    """The signed CER, at the person's."""
    provider.answers.append("250 2.0.0 queued as 4F3")
    document = await notifications.files_of("signature").put("signed.pdf", PDF)
    await notifications.hear(readable(notifications.keys, SignatureCompleted, document=document))
    await notifications.work_all()
    return next(row for row in await notifications.rows() if row["audience"] == "person")


def bounce_of(message_id: UUID, *, action: str = "failed", status: str = "5.1.1", whole: bool = False) -> bytes:
    """A delivery status notification (RFC 3464), as a server writes it."""
    report = (
        f"Reporting-MTA: dns; mx.example.org\n\nFinal-Recipient: rfc822; jeanne.fictive@example.org\n"
        f"Action: {action}\nStatus: {status}\nDiagnostic-Code: smtp; 550 unknown\n"
    )
    original = f"From: a@departement.example\nMessage-ID: <{message_id}@departement.example>\nSubject: Objet\n\n"
    kind = ("message/rfc822", original + "Texte\n") if whole else ("text/rfc822-headers", original)
    parts = [("text/plain", "Votre message n'a pas été remis."), ("message/delivery-status", report), kind]
    body = "".join(f"--limite\nContent-Type: {name}\n\n{content}\n" for name, content in parts)
    head = (
        "From: MAILER-DAEMON@example.org\nSubject: Undelivered\nMIME-Version: 1.0\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=limite\n\n"
    )
    return (head + body + "--limite--\n").encode()


async def test_the_log_of_a_dossier_has_the_proof_of_each_message(
    notifications: Notifications, provider: Provider
) -> None:
    row = await sent(notifications, provider)
    await notifications.hear(readable(notifications.keys, CerReturned, dossier_id=new_id()))
    path = f"/dossiers/{DOSSIER_ID}/messages"
    lines = (await notifications.get(path, Role.REFERENT, territory=TERRITORY)).json()["messages"]
    assert {line["audience"] for line in lines} == {"person", "referent"}
    person = next(line for line in lines if line["audience"] == "person")
    assert (person["channel"], person["status"], person["recipient"]) == ("mail", "delivered", "j…@example.org")
    assert (person["provider"], person["document"]) == ("127.0.0.1", row["attachment"]["file"]["sha256"])
    assert {"250 2.0.0 queued as 4F3", "250 OK"} == {line["receipt"] for line in lines}
    assert len(person["template_version"]) == 64
    assert (await notifications.get(path, Role.REFERENT, territory="privas")).json()["messages"] == []


async def test_what_a_message_said_can_be_written_again_after_its_template_changed(
    notifications: Notifications, provider: Provider, tmp_path: Path
) -> None:
    row = await sent(notifications, provider)
    mail = next(mail for mail in provider.taken if mail["To"] == "jeanne.fictive@example.org")
    (tmp_path / "own" / "cer_signe_personne").mkdir(parents=True)
    (tmp_path / "own" / "cer_signe_personne" / "subject.txt").write_text("Autre\n")
    site = notifications.app.state.library.edition("cer_signe_personne").site
    notifications.app.state.library = Library(tmp_path / "own", site)
    said = await notifications.get(f"/messages/{row['id']}/content", Role.REFERENT, territory=TERRITORY)
    body, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert body is not None
    assert html is not None
    assert said.json()["subject"] == mail["Subject"] == "Votre contrat d'engagements réciproques signé"
    assert said.json()["text"].splitlines() == body.get_content().splitlines()
    assert said.json()["html"].splitlines() == html.get_content().splitlines()
    assert (await notifications.get(f"/messages/{row['id']}/content", Role.ADMIN)).status_code == 403


async def test_what_did_not_leave_has_no_words_yet(notifications: Notifications) -> None:
    await notifications.hear(readable(notifications.keys, CerReturned))
    (row,) = await notifications.rows()
    answer = await notifications.get(f"/messages/{row['id']}/content", Role.SERVICE_INSERTION)
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:cer:problem:message-not-written")


async def test_versions_of_templates_hold_nothing_of_a_person(notifications: Notifications, provider: Provider) -> None:
    await sent(notifications, provider)
    async with notifications.database.read() as session:
        kept = (await session.execute(text("SELECT template, content::text FROM template_version"))).all()
    assert {row.template for row in kept} == {"cer_signe_personne", "cer_signe_referent"}
    assert not any(word in row.content for row in kept for word in ("Fictive", "Mirabel", "example.org/x", "0012345"))


@pytest.mark.parametrize("whole", [False, True])
async def test_a_mail_that_comes_back_is_noted_once_and_told(
    notifications: Notifications, provider: Provider, *, whole: bool
) -> None:
    row = await sent(notifications, provider)
    bounce = Bounce.read(bounce_of(row["id"], whole=whole))
    assert bounce == Bounce(row["id"], "bounce-5.1.1")
    ledger = Ledger(stores_of, notifications.platform.keys, notifications.clock)
    for noted in (True, False):
        async with notifications.database.begin() as uow:
            assert await ledger.came_back(uow, bounce) is noted
    (told,) = [event for event in await notifications.told() if isinstance(event, ContactFailed)]
    assert (told.channel, told.code) == ("mail", "bounce-5.1.1")
    assert notifications.keys.open(ContactPoint, told.contact).address == "jeanne.fictive@example.org"


async def test_what_is_no_permanent_failure_of_a_mail_of_ours_is_left(notifications: Notifications) -> None:
    known = new_id()
    plain = EmailMessage(policy=SMTP)
    plain.set_content("Absente jusqu'à lundi.")
    plain["In-Reply-To"] = f"<{known}@departement.example>"
    for mail in (
        bounce_of(known, action="delayed", status="4.2.2"),
        bounce_of(known, action="failed", status="4.4.7"),
        bounce_of(known).replace(str(known).encode(), b"someone-elses"),
        plain.as_bytes(),
        b"",
        b"\x00\xff" * 50,
    ):
        assert Bounce.read(mail) is None


async def test_the_command_reads_a_maildir_once(
    notifications: Notifications, provider: Provider, tmp_path: Path
) -> None:
    row = await sent(notifications, provider)
    maildir = mailbox.Maildir(tmp_path / "retours", create=True)
    maildir.add(bounce_of(row["id"]))
    maildir.add(bounce_of(new_id()))
    assert await take(Platform(notifications.settings), tmp_path / "retours") == (1, 1)
    assert await take(Platform(notifications.settings), tmp_path / "retours") == (0, 0)
    person = next(row for row in await notifications.rows() if row["audience"] == "person")
    assert (person["status"], person["delivery"]) == ("delivered", "failed")


async def test_the_receipt_of_an_sms_is_asked_for_until_it_is_settled(
    notifications: Notifications, tmp_path: Path
) -> None:
    states = iter(["queued", "undeliverable"])

    def behaves(asked: Asked) -> Behaviour:
        return Answer(200, {"status": next(states)}) if asked.method == "GET" else Answer(200, {"id": "sms-7"})

    async with sms_provider(behaves) as provider:
        (notifications.settings.keys_dir / "sms-http.json").write_text(
            f'{{"url": "{provider.url}/v1", "receipts": {{"url": "{provider.url}/v1/{{id}}", "where": "status",'
            '"states": {"queued": "pending", "undeliverable": "failed"}, "unreachable": ["undeliverable"]}}'
        )
        await notifications.hear(readable(notifications.keys, SignatureVoided, mail=None, code="reopened"))
        for _ in range(4):
            await notifications.work_all(sms_provider="http")
            await notifications.make_due()
    person = next(row for row in await notifications.rows() if row["audience"] == "person")
    assert (person["receipt"], person["delivery"]) == ("sms-7", "failed")
    (told,) = [event for event in await notifications.told() if isinstance(event, ContactFailed)]
    assert (told.channel, told.code) == ("sms", "sms-number")

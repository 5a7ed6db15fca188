"""Sending to a real SMTP server: each answer that it can give, and what becomes of the message."""

import asyncio
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import text

from services.notifications.application.commands.making import MAIL
from shared.events.contracts import CerReturned
from shared.events.documents import EditionRendered
from shared.events.files import FileRef
from shared.events.notifications import NotificationDelivered, NotificationFailed
from shared.events.signature import SignatureCompleted, SignatureProlonged, SignatureVoided
from shared.kernel.ids import new_id
from shared.messaging import work_rows
from shared.messaging.worker import Worker
from tests.builders.notifications import readable
from tests.fixtures.smtp import DROP, HOLD, Provider
from tests.integration.notifications.conftest import Notifications

pytestmark = pytest.mark.integration

PDF = b"%PDF-1.7 made up\n%%EOF\n"


async def one_message(notifications: Notifications) -> None:
    """One mail that waits, to a référent."""
    assert await notifications.hear(readable(notifications.keys, CerReturned)) == "done"


async def state_of_the_only_message(notifications: Notifications) -> tuple[str, str]:
    (row,) = await notifications.rows()
    return row["status"], row["code"]


async def test_the_signed_cer_reaches_both(notifications: Notifications, provider: Provider) -> None:
    document = await notifications.files_of("signature").put("signed.pdf", PDF)
    await notifications.hear(readable(notifications.keys, SignatureCompleted, document=document))
    await notifications.work()
    by_recipient = {mail["To"]: mail for mail in provider.taken}
    assert set(by_recipient) == {"jeanne.fictive@example.org", "camille.mirabel@example.org"}
    person, referent = by_recipient["jeanne.fictive@example.org"], by_recipient["camille.mirabel@example.org"]
    (attached,) = person.iter_attachments()
    assert (attached.get_filename(), attached.get_content()) == ("CER-1-signe.pdf", PDF)
    assert list(referent.iter_attachments()) == []
    body = referent.get_body(("plain",))
    assert body is not None
    assert "https://cer.example.org/cers/" in body.get_content()
    rows = {row["audience"]: row for row in await notifications.rows()}
    assert person["Message-ID"] == f"<{rows['person']['id']}@departement.example>"
    assert {row["status"] for row in rows.values()} == {"delivered"}
    told = await notifications.told()
    assert [type(event) for event in told] == [NotificationDelivered] * 2
    assert {(event.message_id, event.aggregate_version) for event in told} == {(r["id"], 1) for r in rows.values()}


async def test_the_decision_goes_to_the_person_with_its_edition(
    notifications: Notifications, provider: Provider
) -> None:
    document = await notifications.files_of("documents").put("decision.pdf", PDF)
    kind = "cer_decision_non_valide"
    await notifications.hear(readable(notifications.keys, EditionRendered, kind=kind, document=document))
    await notifications.work()
    (mail,) = provider.taken
    (attached,) = mail.iter_attachments()
    assert (mail["To"], attached.get_content()) == ("jeanne.fictive@example.org", PDF)


@pytest.mark.parametrize("stage", ["rcpt_answers", "answers"])
async def test_421_is_tried_again_later(notifications: Notifications, provider: Provider, stage: str) -> None:
    getattr(provider, stage).append("421 4.3.2 come back later")
    await one_message(notifications)
    await notifications.work()
    assert await notifications.work_rows() == [{"status": "ready", "attempts": 1, "code": "smtp-421", "later": True}]
    assert (await state_of_the_only_message(notifications), await notifications.told()) == (("pending", ""), [])
    await notifications.make_due()
    await notifications.work()
    assert await state_of_the_only_message(notifications) == ("delivered", "")
    assert len(provider.taken) == 1


@pytest.mark.parametrize("stage", ["rcpt_answers", "answers"])
async def test_550_fails_at_once_and_is_told(notifications: Notifications, provider: Provider, stage: str) -> None:
    getattr(provider, stage).append("550 5.1.1 no such mailbox")
    await one_message(notifications)
    await notifications.work()
    assert await state_of_the_only_message(notifications) == ("failed", "smtp-550")
    (told,) = await notifications.told()
    assert isinstance(told, NotificationFailed)
    assert told.code == "smtp-550"
    assert provider.taken == []


async def test_a_connection_lost_after_data_is_unknown_and_never_sent_again_by_itself(
    notifications: Notifications, provider: Provider
) -> None:
    provider.answers.append(DROP)
    await one_message(notifications)
    await notifications.work()
    await notifications.make_due()
    await notifications.work()
    assert len(provider.taken) == 1
    assert await state_of_the_only_message(notifications) == ("unknown", "smtp-lost-after-data")
    (told,) = await notifications.told()
    assert told.code == "unknown"


async def test_a_worker_that_died_after_handing_over_leaves_the_message_unknown(
    notifications: Notifications, provider: Provider
) -> None:
    await one_message(notifications)
    job = await work_rows.take(notifications.database, "mail", lease_seconds=0.0)
    assert job is not None
    await job.handing_over()
    await notifications.work()
    assert await state_of_the_only_message(notifications) == ("unknown", "worker-lost")
    assert provider.taken == []


async def test_a_worker_that_died_before_handing_over_loses_nothing(
    notifications: Notifications, provider: Provider
) -> None:
    await one_message(notifications)
    assert await work_rows.take(notifications.database, "mail", lease_seconds=0.0) is not None
    await notifications.work()
    assert await state_of_the_only_message(notifications) == ("delivered", "")
    assert len(provider.taken) == 1


async def test_a_worker_that_ends_while_the_provider_answers_leaves_the_message_to_its_lease(
    notifications: Notifications, provider: Provider
) -> None:
    """Cancelled in DATA: the row stays handed over, and is told unknown once its lease has run out."""
    provider.answers.append(HOLD)
    await one_message(notifications)
    sending = asyncio.create_task(notifications.worker().work_once())
    await provider.held.wait()
    sending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sending
    (row,) = await notifications.work_rows()
    assert row["status"] == "leased"
    async with notifications.database.begin() as uow:
        await uow.session.execute(text("UPDATE work SET leased_until = now() - interval '1 second'"))
    await notifications.work()
    assert await state_of_the_only_message(notifications) == ("unknown", "worker-lost")


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"smtp_port": 1}, "smtp-unreachable"),
        # The server offers no STARTTLS: nothing is said in clear instead.
        ({"smtp_tls": "starttls"}, "smtp-unreachable"),
        ({"smtp_user": "cer", "smtp_password": SecretStr("wrong")}, "smtp-auth"),
    ],
)
async def test_what_is_our_own_trouble_fails_no_message(
    notifications: Notifications, provider: Provider, settings: dict[str, Any], code: str
) -> None:
    await one_message(notifications)
    await notifications.work(notifications.worker(MAIL, **settings))
    (row,) = await notifications.work_rows()
    assert (row["status"], row["code"], row["later"]) == ("ready", code, True)
    assert provider.taken == []


async def test_logging_in(notifications: Notifications, provider: Provider) -> None:
    await one_message(notifications)
    await notifications.work(notifications.worker(smtp_user="cer", smtp_password=SecretStr("right")))
    assert len(provider.taken) == 1


async def test_an_address_that_cannot_be_used_fails_without_bothering_the_provider(
    notifications: Notifications, provider: Provider
) -> None:
    document = await notifications.files_of("signature").put("signed.pdf", PDF)
    signed = readable(notifications.keys, SignatureCompleted, mail="jeanne chez example.org", document=document)
    await notifications.hear(signed)
    await notifications.work()
    person = (await notifications.rows())[0]
    assert (person["audience"], person["status"]) == ("person", "failed")
    assert [mail["To"] for mail in provider.taken] == ["camille.mirabel@example.org"]


@pytest.mark.parametrize(
    ("document", "code"),
    [
        (FileRef(uri="object:signature/absent.pdf", sha256="0" * 64, size=1), "object-missing"),
        (FileRef(uri="object:signature/signed.pdf", sha256="0" * 64, size=1), "object-altered"),
        (FileRef(uri="object:contracts/scan.pdf", sha256="0" * 64, size=1), "object-not-granted"),
    ],
)
async def test_an_attachment_that_cannot_be_had_fails_the_message(
    notifications: Notifications, provider: Provider, document: FileRef, code: str
) -> None:
    await notifications.files_of("signature").put("signed.pdf", PDF)
    await notifications.hear(readable(notifications.keys, SignatureCompleted, document=document))
    await notifications.work()
    person = (await notifications.rows())[0]
    assert (person["audience"], person["status"], person["code"]) == ("person", "failed", code)


async def test_a_message_put_off_too_often_fails_visibly(notifications: Notifications, provider: Provider) -> None:
    await one_message(notifications)
    async with notifications.database.begin() as uow:
        await uow.session.execute(text("UPDATE work SET attempts = 23"))
    provider.answers.append("451 4.7.1 greylisted")
    await notifications.work()
    assert await state_of_the_only_message(notifications) == ("failed", "smtp-451")


async def test_two_workers_send_each_message_once(notifications: Notifications, provider: Provider) -> None:
    for version in range(20):
        await notifications.hear(readable(notifications.keys, CerReturned, aggregate_version=version + 1))
    workers: list[Worker] = [notifications.worker() for _ in range(3)]
    await asyncio.gather(*(notifications.work(worker) for worker in workers))
    assert len({mail["Message-ID"] for mail in provider.taken}) == len(provider.taken) == 20


async def test_a_signed_cer_that_still_waits_when_its_signature_is_voided_never_leaves(
    notifications: Notifications, provider: Provider
) -> None:
    """It would come after the mail that says that it counts no more, and ask to be kept."""
    document = await notifications.files_of("signature").put("signed.pdf", PDF)
    await notifications.hear(readable(notifications.keys, SignatureCompleted, document=document, aggregate_version=2))
    await notifications.hear(
        readable(notifications.keys, SignatureVoided, aggregate_version=3, code="cancelled", was_completed=True)
    )
    await notifications.work()
    to_person = [mail for mail in provider.taken if mail["To"] == "jeanne.fictive@example.org"]
    assert [mail["Subject"] for mail in to_person] == ["Votre signature est annulée"]
    statuses = {row["template"]: row["status"] for row in await notifications.rows()}
    assert statuses["cer_signe_personne"] == "withdrawn"
    assert statuses["signature_annulee_personne"] == "delivered"


async def test_a_signed_cer_that_left_before_the_voiding_stays_delivered(
    notifications: Notifications, provider: Provider
) -> None:
    document = await notifications.files_of("signature").put("signed.pdf", PDF)
    await notifications.hear(readable(notifications.keys, SignatureCompleted, document=document, aggregate_version=2))
    await notifications.work()
    await notifications.hear(
        readable(notifications.keys, SignatureVoided, aggregate_version=3, code="cancelled", was_completed=True)
    )
    await notifications.work()
    statuses = {row["template"]: row["status"] for row in await notifications.rows()}
    assert set(statuses.values()) == {"delivered"}
    assert len(provider.taken) == 4


async def test_a_signed_cer_that_is_sent_again_is_the_longest_one(
    notifications: Notifications, provider: Provider
) -> None:
    stored = notifications.files_of("signature").put
    short, long = await stored("signed.pdf", PDF), await stored("longer.pdf", PDF + PDF)
    signed = readable(notifications.keys, SignatureCompleted, document=short, aggregate_version=2)
    prolonged = readable(notifications.keys, SignatureProlonged, document=long, aggregate_version=3)
    assert await notifications.hear(prolonged) == "stale"  # nothing was to be told of it yet
    await notifications.hear(signed)
    provider.answers += ["554 5.7.1 refused"] * 2
    await notifications.work()
    (failed,) = [row for row in await notifications.rows() if row["audience"] == "person"]
    assert failed["status"] == "failed"

    assert await notifications.hear(prolonged, new_id()) == "done"
    assert await notifications.hear(prolonged, new_id()) == "stale"
    assert (await notifications.resend(failed["id"])).status_code == 200
    await notifications.work()

    to_person = [mail for mail in provider.taken if mail["To"] == "jeanne.fictive@example.org"]
    assert [one.get_content() for mail in to_person for one in mail.iter_attachments()] == [PDF + PDF]


async def test_a_voiding_finds_the_mail_behind_a_prolongation(notifications: Notifications, provider: Provider) -> None:
    document = await notifications.files_of("signature").put("signed.pdf", PDF)
    await notifications.hear(readable(notifications.keys, SignatureCompleted, document=document, aggregate_version=2))
    await notifications.hear(readable(notifications.keys, SignatureProlonged, aggregate_version=3))
    await notifications.hear(
        readable(notifications.keys, SignatureVoided, aggregate_version=4, code="reopened", was_completed=True)
    )
    statuses = {row["template"]: row["status"] for row in await notifications.rows()}
    assert statuses["cer_signe_personne"] == "withdrawn"

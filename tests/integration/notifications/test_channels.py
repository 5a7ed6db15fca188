"""By what a message goes, when, and whether it goes at all: SMS, quiet hours, digests, what a person does not want."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import text

from services.notifications.application.commands import ordering
from services.notifications.application.commands.ordering import Appointment
from shared.events.blocks import ContactPoint
from shared.events.contracts import CerReturned, CerSubmitted
from shared.events.documents import EditionRendered
from shared.events.notifications import ContactFailed, NotificationDelivered
from shared.events.signature import SignatureCompleted, SignatureVoided
from shared.events.validation import StudyAgeing
from shared.kernel.ids import new_id
from shared.security.principal import Role
from tests.builders.events import DOSSIER_ID, TERRITORY, sample
from tests.builders.notifications import occasion_of, readable
from tests.fixtures.sms_provider import DROPPING, Answer, SmsProvider, sms_provider
from tests.fixtures.smtp import Provider
from tests.integration.notifications.conftest import Notifications

pytestmark = pytest.mark.integration

RDV = Appointment(datetime(2026, 4, 1, tzinfo=UTC).date(), "14 h 30", "2 rue de l'Exemple, Aubenas", "04 65 71 00 02")
PDF = b"%PDF-1.7 made up\n%%EOF\n"
# Friday 23:00 in Paris, then Monday 8:00.
NIGHT = datetime(2026, 3, 20, 22, 0, tzinfo=UTC)
SATURDAY = datetime(2026, 3, 21, 7, 0, tzinfo=UTC)


@pytest.fixture
async def sms() -> AsyncIterator[SmsProvider]:
    async with sms_provider() as provider:
        yield provider


def without_mail(notifications: Notifications, event: Any, **changes: Any) -> Any:
    """The event of a person who has a mobile and no mail."""
    return readable(notifications.keys, event, mail=None, **changes)


async def order(notifications: Notifications, act: Any, *given: Any, mail: str | None = None, **named: Any) -> Any:
    """Makes a message that no event makes yet."""
    occasion = occasion_of(readable(notifications.keys, CerReturned, mail=mail, **named.pop("event", {})))
    async with notifications.database.begin() as uow:
        return await act(uow, notifications.making(), occasion, *given, **named)


async def test_who_has_no_mail_is_told_by_sms_in_one_segment(notifications: Notifications, sms: SmsProvider) -> None:
    await notifications.hear(without_mail(notifications, SignatureVoided, code="reopened"))
    await notifications.work_all(sms_url=sms.url)
    (asked,) = sms.sms
    assert asked.json["to"] == "+33639980001"
    assert asked.json["text"].startswith("Département d'Exemple : la signature de votre contrat")
    (row,) = [row for row in await notifications.rows() if row["audience"] == "person"]
    assert (asked.json["reference"], row["channel"], row["status"]) == (str(row["id"]), "sms", "delivered")
    assert (row["provider"], row["receipt"], len(row["template_version"])) == ("emulator", "sms-1", 64)
    (told,) = [event for event in await notifications.told() if event.audience == "person"]
    assert (type(told), told.channel) == (NotificationDelivered, "sms")


@pytest.mark.parametrize(
    ("behaves", "status", "code"),
    [
        (Answer(422), "failed", "sms-number"),
        (Answer(400), "failed", "sms-refused"),
        (Answer(402), "pending", ""),
        (DROPPING, "unknown", "sms-lost"),
    ],
)
async def test_what_a_provider_of_sms_answers(
    notifications: Notifications, sms: SmsProvider, behaves: Any, status: str, code: str
) -> None:
    sms.behaves = behaves
    await notifications.hear(without_mail(notifications, SignatureVoided, code="reopened"))
    await notifications.work_all(sms_url=sms.url)
    (row,) = [row for row in await notifications.rows() if row["audience"] == "person"]
    assert (row["status"], row["code"]) == (status, code)
    failures = [event for event in await notifications.told() if isinstance(event, ContactFailed)]
    assert len(failures) == (1 if code == "sms-number" else 0)
    await notifications.make_due()
    await notifications.work_all(sms_url=sms.url)
    assert len(sms.sms) == (2 if status == "pending" else 1)


async def test_a_mailbox_that_is_not_there_is_told_to_contracts_with_what_was_tried(
    notifications: Notifications, provider: Provider
) -> None:
    provider.rcpt_answers.extend(["550 5.1.1 unknown", "550 5.1.1 unknown"])
    document = await notifications.files_of("signature").put("signed.pdf", PDF)
    await notifications.hear(readable(notifications.keys, SignatureCompleted, document=document))
    await notifications.work_all()
    # The référent's mailbox is no dossier's.
    (told,) = [event for event in await notifications.told() if isinstance(event, ContactFailed)]
    assert (told.dossier_id, told.channel, told.code) == (DOSSIER_ID, "mail", "smtp-550")
    assert notifications.keys.open(ContactPoint, told.contact).address == "jeanne.fictive@example.org"


async def test_nothing_goes_to_a_person_at_night_but_what_answers_their_act(
    notifications: Notifications, provider: Provider
) -> None:
    notifications.clock.instant = NIGHT
    signed = await notifications.files_of("signature").put("signed.pdf", PDF)
    decided = await notifications.files_of("documents").put("decision.pdf", PDF)
    await notifications.hear(readable(notifications.keys, SignatureCompleted, document=signed))
    kind = "cer_decision_valide"
    await notifications.hear(readable(notifications.keys, EditionRendered, kind=kind, document=decided))
    await notifications.work_all()
    assert sorted(mail["Subject"] for mail in provider.taken) == [
        "CER n° 1 signé", "Votre contrat d'engagements réciproques signé",
    ]  # fmt: skip
    # Brought forward by an operator, it still does not leave.
    await notifications.make_due()
    await notifications.work_all()
    assert len(provider.taken) == 2
    async with notifications.database.read() as session:
        held = await session.execute(text("SELECT available_at > now() AS later FROM work WHERE status = 'ready'"))
        assert [row.later for row in held] == [True]
    notifications.clock.instant = SATURDAY
    await notifications.make_due()
    await notifications.work_all()
    assert len(provider.taken) == 3


async def test_submissions_are_gathered_for_the_service_and_an_urgent_one_leaves_at_once(
    notifications: Notifications, provider: Provider
) -> None:
    for number in range(3):
        await notifications.hear(readable(notifications.keys, CerSubmitted, cer_id=new_id(), numero=number + 1))
    await notifications.hear(readable(notifications.keys, CerSubmitted, cer_id=new_id(), priority="urgente"))
    await notifications.work_all()
    assert [mail["Subject"] for mail in provider.taken] == ["Urgent : 1 CER à étudier"]
    await notifications.make_due()
    await notifications.work_all()
    assert [(mail["Subject"], mail["To"]) for mail in provider.taken[1:]] == [
        ("3 CER à étudier", "insertion@departement.example")
    ]
    rows = await notifications.rows()
    assert [row["status"] for row in rows] == ["delivered"] * 4
    assert len({row["receipt"] for row in rows if row["digest_id"]}) == 1
    told = await notifications.told()
    assert {event.message_id for event in told} == {row["id"] for row in rows}


async def test_what_comes_while_a_digest_leaves_waits_for_the_next(
    notifications: Notifications, provider: Provider
) -> None:
    await notifications.hear(readable(notifications.keys, CerSubmitted, cer_id=new_id()))
    await notifications.make_due()
    provider.answers.append("451 4.7.1 later")
    await notifications.work_all()
    await notifications.hear(readable(notifications.keys, CerSubmitted, cer_id=new_id()))
    digests = {row["digest_id"] for row in await notifications.rows()}
    assert len(digests) == 2
    await notifications.make_due()
    await notifications.work_all()
    assert [mail["Subject"] for mail in provider.taken] == ["1 CER à étudier"] * 2


async def test_a_digest_that_failed_is_sent_again_line_by_line(
    notifications: Notifications, provider: Provider
) -> None:
    for _ in range(2):
        await notifications.hear(readable(notifications.keys, CerSubmitted, cer_id=new_id()))
    await notifications.make_due()
    provider.answers.append("554 5.7.1 no")
    await notifications.work_all()
    failed = await notifications.rows()
    assert {row["status"] for row in failed} == {"failed"}
    assert (await notifications.resend(failed[0]["id"])).status_code == 200
    await notifications.work_all()
    assert [mail["Subject"] for mail in provider.taken] == ["1 CER à étudier"]


async def test_territories_can_have_their_own_mailbox_and_no_mailbox_means_no_message(
    notifications: Notifications, provider: Provider
) -> None:
    event = readable(notifications.keys, CerSubmitted, priority="urgente")
    assert await notifications.hear(event, service_mails={}) == "done"
    assert await notifications.rows() == []
    mails = {"": "insertion@departement.example", TERRITORY: "aubenas@departement.example"}
    assert await notifications.hear(event, service_mails=mails) == "done"
    await notifications.work_all(service_mails=mails)
    assert [mail["To"] for mail in provider.taken] == ["aubenas@departement.example"]


async def test_a_convocation_goes_by_mail_and_its_reminder_by_sms(
    notifications: Notifications, provider: Provider, sms: SmsProvider
) -> None:
    mail = "jeanne.fictive@example.org"
    assert [await order(notifications, ordering.convoke, RDV, mail=mail) for _ in range(2)] == [True, False]
    assert await order(notifications, ordering.remind, RDV, mail=mail)
    await notifications.work_all(sms_url=sms.url)
    assert [sent["Subject"] for sent in provider.taken] == ["Votre rendez-vous du 1er avril 2026"]
    assert "rappel de votre rendez-vous du 1er avril 2026 à 14 h 30" in sms.sms[0].json["text"]


async def test_renewals_and_aged_studies_are_gathered_by_reader(
    notifications: Notifications, provider: Provider
) -> None:
    for version in (1, 2):
        about: dict[str, Any] = {"event": {"aggregate_version": version, "cer_id": new_id()}}
        await order(notifications, ordering.renewal_due, numero=version, ends_on=RDV.day, **about)
        aged = sample(StudyAgeing, aggregate_version=version, cer_id=new_id())
        assert [await notifications.hear(aged) for _ in range(2)] == ["done", "stale"]
    await notifications.make_due()
    await notifications.work_all()
    assert {(mail["To"], mail["Subject"]) for mail in provider.taken} == {
        ("camille.mirabel@example.org", "2 CER à renouveler"),
        ("insertion@departement.example", "2 CER attendent depuis longtemps"),
    }


async def test_a_person_refuses_reminders_and_nothing_that_the_law_has_sent(
    notifications: Notifications, provider: Provider
) -> None:
    path = f"/dossiers/{DOSSIER_ID}/message-preferences"
    headers = notifications.issuer.headers(Role.SECRETARIAT, territory=TERRITORY) | {"If-Match": '"0"'}
    unknown = await notifications.client.put(path, json={"optional_messages": False}, headers=headers)
    assert unknown.status_code == 404
    await notifications.hear(readable(notifications.keys, CerReturned))
    said = await notifications.client.put(path, json={"optional_messages": False}, headers=headers)
    assert (said.status_code, said.headers["ETag"], said.json()["version"]) == (200, '"1"', 1)
    late = await notifications.client.put(path, json={"optional_messages": True}, headers=headers)
    assert (late.status_code, late.json()["type"]) == (412, "urn:cer:problem:race-lost")

    await order(notifications, ordering.remind, RDV)
    await order(notifications, ordering.convoke, RDV, mail="jeanne.fictive@example.org")
    statuses = {row["template"]: row["status"] for row in await notifications.rows()}
    assert (statuses["rappel_personne"], statuses["convocation_personne"]) == ("opted_out", "pending")
    await notifications.work_all()
    assert {mail["To"] for mail in provider.taken} == {"jeanne.fictive@example.org", "camille.mirabel@example.org"}

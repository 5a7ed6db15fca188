"""A message: one event for each sending, and what is told of it."""

import pytest

from services.notifications.domain.catalog import Audience, Channel
from services.notifications.domain.model import Message, Proof
from services.notifications.domain.plan import Notice, notices
from services.notifications.domain.states import Status
from shared.events.contracts import CerReturned
from shared.events.files import FileRef
from shared.events.notifications import NotificationDelivered, NotificationFailed
from shared.events.signature import SignatureCompleted, SignatureProlonged
from shared.kernel.errors import ImpossibleMove
from shared.sms.outcome import Delivery
from tests.builders.events import CER_ID, sample
from tests.builders.notifications import NOW, message_of, occasion_of

PROOF = Proof("smtp.example.org", "250 2.0.0 queued as 4F3", "v1")


@pytest.fixture
def message() -> Message:
    return message_of(sample(CerReturned))


def test_a_delivered_message_is_told_and_final(message: Message) -> None:
    told = message.delivered(PROOF, NOW)
    assert isinstance(told, NotificationDelivered)
    assert (told.message_id, told.cer_id, told.template, told.channel, told.audience, told.aggregate_version) == (
        message.id, CER_ID, "cer_retourne_referent", "mail", "referent", 1,
    )  # fmt: skip
    with pytest.raises(ImpossibleMove):
        message.resend(NOW)


def test_a_failure_says_why(message: Message) -> None:
    told = message.failed("smtp-550", NOW)
    assert isinstance(told, NotificationFailed)
    assert (told.code, message.code, message.status) == ("smtp-550", "smtp-550", Status.FAILED)


def test_an_unknown_fate_is_told_as_such_and_its_cause_is_kept(message: Message) -> None:
    told = message.lost("smtp-lost-after-data", NOW)
    assert (told.code, message.code, message.status) == ("unknown", "smtp-lost-after-data", Status.UNKNOWN)


def test_each_sending_is_told_once_with_the_next_version(message: Message) -> None:
    message.lost("worker-lost", NOW)
    message.resend(NOW)
    assert (message.status, message.sending, message.code) == (Status.PENDING, 2, "")
    assert message.delivered(PROOF, NOW).aggregate_version == 2
    assert message.version == 4


def test_without_address_nothing_is_sent_nor_lost() -> None:
    message = message_of(sample(SignatureCompleted), channel=None)
    assert message.status is Status.NO_ADDRESS
    with pytest.raises(ImpossibleMove, match="complétez d'abord l'identité"):
        message.resend(NOW)


def test_a_sending_again_forgets_the_proof_of_the_one_before(message: Message) -> None:
    message.delivered(PROOF, NOW)
    assert message.proof == PROOF
    lost = message_of(sample(CerReturned))
    lost.drafted("maileva", "sending-1")
    lost.failed("post-400", NOW)
    lost.resend(NOW)
    assert (lost.proof, lost.delivery, lost.digest_id, lost.batch_id) == (Proof(), None, None, None)


def test_what_a_provider_said_last_stands(message: Message) -> None:
    assert message.followed(Delivery.ACCEPTED, NOW)
    assert message.followed(Delivery.DELIVERED, NOW)
    assert not message.followed(Delivery.FAILED, NOW)
    assert message.delivery == "delivered"


def test_what_the_person_does_not_want_is_kept_and_never_leaves() -> None:
    unwanted = Message.of(
        occasion_of(sample(SignatureCompleted)),
        Notice("rappel_personne", Audience.PERSON),
        Channel.SMS,
        NOW,
        unwanted=True,
    )
    assert unwanted.status is Status.OPTED_OUT
    with pytest.raises(ImpossibleMove, match="non souhaité"):
        unwanted.resend(NOW)


@pytest.fixture
def signed() -> Message:
    event = sample(SignatureCompleted)
    return message_of(event, notices(event)[1])


def longer(by: int) -> FileRef:
    size = sample(SignatureCompleted).document.size + by
    return FileRef(uri=f"object:signature/{by}.pdf", sha256=f"{by:064x}", size=size)


def test_what_is_still_to_leave_leaves_as_the_longest_file(signed: Message) -> None:
    assert [signed.renew(longer(by)) for by in (100, 100, 50, 200)] == [True, False, False, True]
    assert signed.attachment is not None
    assert (signed.attachment.file, signed.attachment.name) == (longer(200), "CER-1-signe.pdf")


def test_what_has_left_stays_what_it_was(signed: Message) -> None:
    signed.delivered(PROOF, NOW)
    assert not signed.renew(longer(100))
    assert signed.attachment is not None
    assert signed.attachment.file == sample(SignatureCompleted).document


def test_a_message_without_attachment_is_none_to_renew(message: Message) -> None:
    assert not message.renew(sample(SignatureProlonged).document)

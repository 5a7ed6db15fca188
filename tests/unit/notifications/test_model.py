"""A message: one event for each sending, and what is told of it."""

import pytest

from services.notifications.domain.model import Message
from services.notifications.domain.retries import MAX_TRIES, pause_after
from services.notifications.domain.states import Status
from shared.events.contracts import CerReturned
from shared.events.notifications import NotificationDelivered, NotificationFailed
from shared.events.signature import SignatureCompleted
from shared.kernel.errors import ImpossibleMove
from tests.builders.events import CER_ID, sample
from tests.builders.notifications import NOW, message_of


@pytest.fixture
def message() -> Message:
    return message_of(sample(CerReturned))


def test_a_delivered_message_is_told_and_final(message: Message) -> None:
    told = message.delivered(NOW)
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
    assert message.delivered(NOW).aggregate_version == 2
    assert message.version == 4


def test_without_address_nothing_is_sent_nor_lost() -> None:
    message = message_of(sample(SignatureCompleted), address=None)
    assert message.status is Status.NO_ADDRESS
    with pytest.raises(ImpossibleMove, match="complétez d'abord l'identité"):
        message.resend(NOW)


def test_retries_wait_longer_and_end_within_a_day() -> None:
    pauses = [pause_after(tries) for tries in range(1, MAX_TRIES)]
    known = [pause for pause in pauses if pause is not None]
    assert len(known) == MAX_TRIES - 1
    assert known == sorted(known)
    assert sum(pause.total_seconds() for pause in known) < 24 * 3600
    assert pause_after(MAX_TRIES) is None

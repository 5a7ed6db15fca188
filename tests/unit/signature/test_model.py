"""A signature request: what opens it, what ends it, what it tells."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from services.signature.domain import rules
from services.signature.domain.model import SignatureRequest
from services.signature.domain.states import State
from shared.events.envelope import Event
from shared.events.signature import (
    SignatureCompleted,
    SignatureExpired,
    SignatureFailed,
    SignatureOpened,
    SignatureRefused,
    SignatureVoided,
)
from shared.kernel.errors import ImpossibleMove
from shared.sms.outcome import SmsStatus
from tests.builders.events import REFERENT_ID, file_ref
from tests.builders.signature import (
    DEADLINE,
    NOW,
    PHONE,
    asked,
    code,
    code_sent,
    in_state,
    opened,
    prepared,
    read,
    referent,
)

SECOND = timedelta(seconds=1)


def test_opens_for_a_day() -> None:
    request = prepared()
    (told,) = request.open(PHONE, NOW)

    assert isinstance(told, SignatureOpened)
    assert told.expires_at == NOW + timedelta(hours=24)
    assert request.state is State.OPENED
    assert request.phone_masked == "06 •• •• •• 01"


def test_never_opens_beyond_the_deadline_of_contracts() -> None:
    request = prepared(asked=asked(deadline=NOW + timedelta(hours=3)))
    (told,) = request.open(PHONE, NOW)

    assert isinstance(told, SignatureOpened)
    assert told.expires_at == NOW + timedelta(hours=3)


def test_a_half_that_comes_at_the_deadline_opens_nothing() -> None:
    request = prepared()
    (told,) = request.open(PHONE, DEADLINE)

    assert isinstance(told, SignatureExpired)
    assert request.state is State.EXPIRED


@pytest.mark.parametrize(
    ("phone", "is_agents", "because"),
    [
        (None, False, "phone-missing"),
        ("+33475123456", False, "phone-not-french"),
        ("+447911123456", False, "phone-not-french"),
        (PHONE, True, "phone-is-agents"),
    ],
)
def test_a_number_that_cannot_serve_ends_the_attempt_at_once(phone: str | None, is_agents: bool, because: str) -> None:
    request = prepared(asked=asked(phone_is_agents=is_agents))
    (told,) = request.open(phone, NOW)

    assert isinstance(told, SignatureFailed)
    assert told.code == request.ended_because == because
    assert because in rules.ENDINGS


def test_three_codes_that_could_not_leave_end_the_request() -> None:
    request = read()
    told: list[Event] = []
    for sequence in (1, 2, 3):
        made = code(sequence, NOW + sequence * timedelta(minutes=1))
        request.add_code(made)
        told += request.record_sms(made.id, SmsStatus.FAILED, None, made.asked_at)

    assert [type(event) for event in told] == [SignatureFailed]
    assert request.ended_because == "sms-unavailable"


def test_one_sms_that_may_have_arrived_keeps_the_request_alive() -> None:
    request = read()
    for sequence, status in enumerate((SmsStatus.UNKNOWN, SmsStatus.FAILED, SmsStatus.FAILED), 1):
        made = code(sequence, NOW + sequence * timedelta(minutes=1))
        request.add_code(made)
        assert request.record_sms(made.id, status, None, made.asked_at) == []

    assert request.state is State.CODE_SENT


def test_an_answer_of_the_gateway_that_comes_after_the_end_changes_no_state() -> None:
    request = code_sent()
    request.refuse(referent(), "", NOW)

    assert request.record_sms(request.codes[0].id, SmsStatus.SENT, "r-1", NOW) == []
    assert request.state is State.REFUSED
    assert request.codes[0].receipt == "r-1"


def test_the_right_code_then_the_seal_complete_it() -> None:
    request = code_sent()
    request.sign(REFERENT_ID, "referent", NOW + SECOND)
    (told,) = request.complete(file_ref("signature/a.pdf"), file_ref("signature/a.json"), NOW + 2 * SECOND)

    assert isinstance(told, SignatureCompleted)
    assert told.signed_at == NOW + SECOND
    assert told.entered_by == "referent"
    assert request.state is State.COMPLETED


ENDS: list[tuple[Callable[[SignatureRequest], list[Event]], type[Event]]] = [
    (lambda request: request.refuse(referent(), "Je préfère relire.", NOW), SignatureRefused),
    (lambda request: request.expire(NOW), SignatureExpired),
    (lambda request: request.lock(REFERENT_ID, NOW), SignatureFailed),
    (lambda request: request.void("cancelled", NOW), SignatureVoided),
]


@pytest.mark.parametrize(("end", "event"), ENDS)
def test_every_end_is_told_once_and_explained(
    end: Callable[[SignatureRequest], list[Event]], event: type[Event]
) -> None:
    request = code_sent()
    (told,) = end(request)

    assert type(told) is event
    assert request.ended_at == NOW
    assert request.ended_because in rules.ENDINGS
    with pytest.raises(ImpossibleMove):
        end(request)


def test_the_refusals_reason_is_told_sealed_and_kept_nowhere() -> None:
    request = opened()
    (told,) = request.refuse(referent(), "Je préfère relire.", NOW)

    assert isinstance(told, SignatureRefused)
    assert told.reason.block is not None
    assert told.reason.block.text == "Je préfère relire."
    assert "relire" not in repr(request)


def test_an_edition_that_failed_is_not_told_again() -> None:
    request = prepared(edition=None)
    request.end_without_edition(NOW)

    assert request.state is State.FAILED
    assert request.told == 0


def test_events_are_numbered_without_a_gap() -> None:
    request = prepared()
    told = request.open(PHONE, NOW)
    request.pages_shown = {REFERENT_ID: {1, 2, 3}}
    request.add_code(code())
    request.sign(REFERENT_ID, "referent", NOW)
    told += request.complete(file_ref("signature/a.pdf"), file_ref("signature/a.json"), NOW)
    told += request.void("reopened", NOW)

    assert [event.aggregate_version for event in told] == [1, 2, 3]


@pytest.mark.parametrize("state", [State.OPENED, State.CODE_SENT])
def test_nobody_but_the_referent_acts(state: State) -> None:
    with pytest.raises(rules.NotYourCer):
        in_state(state).refuse(referent("another-agent"), "", NOW)


def test_nobody_acts_once_the_day_has_passed_even_before_the_sweep() -> None:
    request = opened()

    with pytest.raises(rules.RequestExpired):
        request.refuse(referent(), "", NOW + timedelta(hours=24))

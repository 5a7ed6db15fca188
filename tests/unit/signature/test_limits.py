"""The limits of the codes, each at its edge."""

from datetime import timedelta

import pytest

from services.signature.domain import rules
from services.signature.domain.limits import check_code_allowed, code_to_compare
from services.signature.domain.states import State
from shared.kernel.errors import ImpossibleMove
from shared.sms.outcome import SmsStatus
from tests.builders.events import REFERENT_ID
from tests.builders.signature import NOW, code, code_sent, in_state, opened, read, referent

SECOND = timedelta(seconds=1)


def test_signer_waits_for_every_page() -> None:
    request = opened()
    request.pages_shown = {REFERENT_ID: {1, 3}, "another-agent": {1, 2, 3}}

    with pytest.raises(rules.NotReadToTheEnd) as refusal:
        check_code_allowed(request, referent(), NOW)
    assert "2" in refusal.value.detail

    request.pages_shown[REFERENT_ID].add(2)
    check_code_allowed(request, referent(), NOW)


def test_thirty_seconds_between_two_codes() -> None:
    request = code_sent()

    with pytest.raises(rules.ResendTooSoon):
        check_code_allowed(request, referent(), NOW + 29 * SECOND)
    check_code_allowed(request, referent(), NOW + 30 * SECOND)


def test_three_codes_a_request() -> None:
    request = read()
    for sequence in (1, 2):
        request.add_code(code(sequence, NOW + sequence * timedelta(minutes=1)))
    check_code_allowed(request, referent(), NOW + timedelta(minutes=3))

    request.add_code(code(3, NOW + timedelta(minutes=3)))
    with pytest.raises(rules.TooManyCodes):
        check_code_allowed(request, referent(), NOW + timedelta(minutes=30))


def test_a_new_code_brings_no_try_back() -> None:
    request = code_sent(tries=5)

    with pytest.raises(rules.TooManyTries):
        check_code_allowed(request, referent(), NOW + timedelta(minutes=1))
    with pytest.raises(rules.TooManyTries):
        code_to_compare(request, referent(), NOW)


def test_a_code_lives_ten_minutes() -> None:
    request = code_sent()

    assert code_to_compare(request, referent(), NOW + timedelta(minutes=10) - SECOND) is request.codes[0]
    with pytest.raises(rules.CodeExpired):
        code_to_compare(request, referent(), NOW + timedelta(minutes=10))


def test_a_new_code_replaces_the_last_one_unless_it_never_left() -> None:
    request = code_sent()
    request.add_code(code(2, NOW + timedelta(minutes=1)))
    assert code_to_compare(request, referent(), NOW + timedelta(minutes=2)).sequence == 2

    request.codes[1].status = SmsStatus.FAILED
    assert code_to_compare(request, referent(), NOW + timedelta(minutes=2)).sequence == 1


def test_no_code_to_try_before_one_was_sent() -> None:
    with pytest.raises(rules.NoCodeSent):
        code_to_compare(read(), referent(), NOW)

    request = code_sent()
    request.codes[0].status = SmsStatus.FAILED
    with pytest.raises(rules.NoCodeSent):
        code_to_compare(request, referent(), NOW)


def test_another_agent_neither_sends_nor_types() -> None:
    with pytest.raises(rules.NotYourCer):
        check_code_allowed(read(), referent("another-agent"), NOW)
    with pytest.raises(rules.NotYourCer):
        code_to_compare(code_sent(), referent("another-agent"), NOW)


@pytest.mark.parametrize("state", [State.PREPARED, State.SIGNED, State.LOCKED, State.VOIDED, State.EXPIRED])
def test_nothing_is_sent_or_typed_before_the_opening_or_after_the_end(state: State) -> None:
    request = in_state(state)

    with pytest.raises(ImpossibleMove):
        check_code_allowed(request, referent(), NOW)
    with pytest.raises(ImpossibleMove):
        code_to_compare(request, referent(), NOW)

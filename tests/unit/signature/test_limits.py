"""The limits of the codes, each at its edge."""

from datetime import timedelta

import pytest

from services.signature.domain import rules
from services.signature.domain.advice import advice
from services.signature.domain.limits import check_code_allowed, code_to_compare
from services.signature.domain.link import PERSON, LinkDead
from services.signature.domain.states import State
from shared.kernel.errors import ImpossibleMove
from shared.sms.outcome import SmsFault, SmsStatus
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


def test_the_last_page_served_to_the_referent_makes_the_request_read() -> None:
    request = opened()

    assert [request.show_page(page, referent(), NOW) for page in (3, 1, 1)] == [False, False, False]
    assert [request.show_page(page, referent("another-agent"), NOW) for page in (1, 2, 3)] == [False, False, False]
    assert request.state.value == "opened"
    assert request.show_page(2, referent(), NOW)
    assert request.state.value == "read"
    assert not request.show_page(2, referent(), NOW)
    assert [(step.verb, step.agent) for step in request.steps] == [("read", REFERENT_ID)]


def test_the_person_may_do_what_is_theirs_on_their_phone() -> None:
    assert code_to_compare(code_sent(), PERSON, NOW)
    assert code_sent().refuse(PERSON, "", NOW)


def test_the_person_has_no_code_sent_and_their_reading_is_not_the_referents() -> None:
    request = opened()
    assert [request.show_page(page, PERSON, NOW) for page in (1, 2, 3)] == [False, False, False]
    assert request.state.value == "opened"

    with pytest.raises(rules.NotYourCer):
        check_code_allowed(request, PERSON, NOW)
    sent = read()
    sent.pages_shown[PERSON.subject] = {1, 2, 3}
    with pytest.raises(rules.NotYourCer):
        check_code_allowed(sent, PERSON, NOW)


def test_what_the_person_does_is_done_on_behalf_of_nobody() -> None:
    request = code_sent()
    request.steps.clear()
    request.refuse(PERSON, "", NOW)

    assert [(step.agent, step.detail) for step in request.steps] == [(PERSON.subject, {"because": "refused"})]


def test_an_agent_whose_subject_is_the_persons_gains_nothing() -> None:
    liar = referent(PERSON.subject)

    for act in (
        lambda: code_to_compare(code_sent(), liar, NOW),
        lambda: code_sent().refuse(liar, "", NOW),
        lambda: check_code_allowed(read(), liar, NOW),
    ):
        with pytest.raises(rules.NotYourCer):
            act()


def test_who_stands_in_reads_every_page_themselves_and_then_has_it_signed() -> None:
    request, colleague = opened(), referent("a-colleague", stands_in_for=REFERENT_ID)
    assert [request.show_page(page, colleague, NOW) for page in (1, 2, 3)] == [False, False, True]
    assert [(step.verb, step.agent, step.detail) for step in request.steps] == [
        ("read", "a-colleague", {"on_behalf_of": REFERENT_ID})
    ]

    check_code_allowed(request, colleague, NOW)
    with pytest.raises(rules.NotReadToTheEnd):
        check_code_allowed(request, referent(), NOW)


def test_a_link_opens_once_within_ten_minutes_and_until_a_newer_code_leaves() -> None:
    request = code_sent()
    with pytest.raises(LinkDead):
        request.open_link(request.codes[0], "session", NOW + timedelta(minutes=10))
    request.open_link(request.codes[0], "session", NOW + timedelta(minutes=10) - SECOND)
    with pytest.raises(LinkDead):
        request.open_link(request.codes[0], "another", NOW)
    assert request.codes[0].session_hash == "session"

    request.add_code(code(2, NOW + timedelta(minutes=1)))
    with pytest.raises(LinkDead):
        request.check_link(request.codes[0], NOW + timedelta(minutes=2))
    request.codes[1].status = SmsStatus.FAILED
    request.check_link(request.codes[0], NOW + timedelta(minutes=2))


@pytest.mark.parametrize("state", sorted(set(State) - {State.CODE_SENT}))
def test_a_link_opens_nothing_where_no_code_is_awaited(state: State) -> None:
    request = in_state(state)

    with pytest.raises(LinkDead):
        request.open_link(request.codes[0], "session", NOW)


@pytest.mark.parametrize("fault", [None, *SmsFault])
def test_every_sms_that_did_not_surely_leave_has_its_advice(fault: SmsFault | None) -> None:
    for status in (SmsStatus.FAILED, SmsStatus.UNKNOWN):
        assert "code" in str(advice(status, fault)) or fault is SmsFault.NUMBER
    assert advice(SmsStatus.SENT, None) is None
    assert "peut-être parti" in str(advice(SmsStatus.UNKNOWN, fault))
    assert "n'a pas" not in str(advice(SmsStatus.UNKNOWN, fault))


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

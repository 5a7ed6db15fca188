"""Every state × every verb: what is in the table moves, all else is refused and changes nothing."""

import itertools

import pytest

from services.signature.domain import rules
from services.signature.domain.states import MOVES, State, Verb, next_state
from shared.kernel.errors import ImpossibleMove

# Written apart from the table on purpose: a slip in either shows.
EXPECTED: dict[str, dict[str, str]] = {
    "prepared": {"open": "opened", "expire": "expired", "fail": "failed", "void": "voided"},
    "opened": {
        "read": "read",
        "sign_elsewhere": "signed",
        "fail_elsewhere": "failed",
        "refuse": "refused",
        "expire": "expired",
        "void": "voided",
    },
    "read": {"send_code": "code_sent", "refuse": "refused", "expire": "expired", "void": "voided"},
    "code_sent": {
        "send_code": "code_sent",
        "try_code": "code_sent",
        "sign": "signed",
        "lock": "locked",
        "refuse": "refused",
        "expire": "expired",
        "fail": "failed",
        "void": "voided",
    },
    "signed": {"seal": "completed", "fail": "failed", "void": "voided"},
    "completed": {"void": "voided"},
    "refused": {},
    "expired": {},
    "locked": {},
    "failed": {},
    "voided": {},
}


@pytest.mark.parametrize(("state", "verb"), list(itertools.product(State, Verb)))
def test_every_state_and_verb(state: State, verb: Verb) -> None:
    expected = EXPECTED[state.value].get(verb.value)
    if expected is not None:
        assert next_state(state, verb).value == expected
        return
    with pytest.raises(ImpossibleMove) as refusal:
        next_state(state, verb)
    assert state.label in refusal.value.detail
    assert verb.label in refusal.value.detail


def test_a_state_has_ended_when_nothing_but_a_voiding_can_follow() -> None:
    going_on = {state for (state, verb) in MOVES if verb is not Verb.VOID}
    assert {state for state in State if not state.ended} == going_on


def test_every_ending_says_what_to_do_next() -> None:
    assert all(text.endswith((".", "lancez.")) for text in rules.ENDINGS.values())
    assert {"refused", "expired", "cancelled", "superseded", "reopened", "edition-failed"} <= rules.ENDINGS.keys()

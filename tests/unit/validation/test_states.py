"""Every state × every verb: what is in the table moves, all else is refused and changes nothing."""

import itertools

import pytest

from services.validation.domain.rules import AlreadyDecided
from services.validation.domain.states import (
    STATE_LABELS,
    TRANSITIONS,
    UNDER_STUDY,
    VERB_LABELS,
    State,
    Verb,
    next_state,
)
from shared.kernel.errors import ImpossibleMove

# Written apart from the table on purpose: a slip in either shows.
EXPECTED = {
    "a_orienter": {
        "send_to_commission": "en_commission",
        "send_to_chef_de_service": "attente_decision",
        "return": "retourne",
    },
    "en_commission": {
        "send_to_chef_de_service": "attente_decision",
        "take_back": "a_orienter",
        "return": "retourne",
        "schedule": "en_commission",
        "give_opinion": "en_commission",
        "record_outcome": "decide",
    },
    "attente_decision": {
        "send_to_commission": "en_commission",
        "take_back": "a_orienter",
        "return": "retourne",
        "decide": "decide",
    },
    "retourne": {"resume": "a_orienter"},
    "decide": {},
}


@pytest.mark.parametrize(("state", "verb"), list(itertools.product(State, Verb)))
def test_every_state_and_verb(state: State, verb: Verb) -> None:
    expected = EXPECTED[state.value].get(verb.value)
    if expected is not None:
        assert next_state(state, verb) == expected
        return
    with pytest.raises(ImpossibleMove) as refusal:
        next_state(state, verb)
    assert isinstance(refusal.value, AlreadyDecided) == (state is State.DECIDE)


def test_a_refusal_names_the_state_and_what_can_be_done() -> None:
    with pytest.raises(ImpossibleMove) as refusal:
        next_state(State.RETOURNE, Verb.DECIDE)
    assert "retournée au référent" in refusal.value.detail
    assert VERB_LABELS[Verb.RESUME] in refusal.value.detail


def test_everything_has_a_french_label_and_a_place() -> None:
    assert set(STATE_LABELS) == set(State)
    assert set(VERB_LABELS) == set(Verb)
    assert {start for start, _ in TRANSITIONS} == set(State) - {State.DECIDE}
    assert set(State) - {State.RETOURNE, State.DECIDE} == UNDER_STUDY

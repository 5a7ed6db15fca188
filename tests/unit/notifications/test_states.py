"""Every status × every verb."""

import itertools

import pytest

from services.notifications.domain.states import STATUS_LABELS, VERB_LABELS, Status, Verb, next_status
from shared.kernel.errors import ImpossibleMove

# Written apart from the table on purpose: a slip in either shows.
EXPECTED = {
    "pending": {"deliver": "delivered", "fail": "failed", "lose": "unknown", "withdraw": "withdrawn"},
    "delivered": {},
    "failed": {"resend": "pending", "withdraw": "withdrawn"},
    "unknown": {"resend": "pending", "deliver": "delivered"},
    "no_address": {"withdraw": "withdrawn"},
    "opted_out": {},
    "withdrawn": {"deliver": "delivered", "fail": "withdrawn", "lose": "unknown"},
}


@pytest.mark.parametrize(("status", "verb"), list(itertools.product(Status, Verb)))
def test_every_status_and_verb(status: Status, verb: Verb) -> None:
    expected = EXPECTED[status.value].get(verb.value)
    if expected is not None:
        assert next_status(status, verb) == expected
        return
    with pytest.raises(ImpossibleMove, match=STATUS_LABELS[status]):
        next_status(status, verb)


def test_everything_has_a_french_label() -> None:
    assert set(STATUS_LABELS) == set(Status)
    assert set(VERB_LABELS) == set(Verb)

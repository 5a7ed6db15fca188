"""When a study is late: by its state, sooner when it is urgent, never where it waits for nobody."""

from datetime import timedelta

import pytest

from services.validation.domain.ageing import Ageing, Thresholds
from services.validation.domain.states import State
from tests.builders.validation import NOW

THRESHOLDS = Thresholds(
    {State.A_ORIENTER: 7, State.ATTENTE_DECISION: 15, State.EN_COMMISSION: 45}, 2, frozenset({"urgente"})
)


@pytest.mark.parametrize(
    ("state", "priority", "days"),
    [
        (State.A_ORIENTER, "normale", 7),
        (State.ATTENTE_DECISION, "situation_sensible", 15),
        (State.EN_COMMISSION, "normale", 45),
        (State.A_ORIENTER, "urgente", 2),
        (State.EN_COMMISSION, "urgente", 2),
    ],
)
def test_a_study_is_late_from_its_threshold_on(state: State, priority: str, days: int) -> None:
    due = THRESHOLDS.due(state, priority, NOW)

    assert due == NOW + timedelta(days=days)
    assert not Ageing(THRESHOLDS, due - timedelta(seconds=1)).is_late(due)
    assert Ageing(THRESHOLDS, due).is_late(due)


@pytest.mark.parametrize("state", [State.RETOURNE, State.DECIDE])
def test_what_waits_for_no_one_of_the_service_is_never_late(state: State) -> None:
    assert THRESHOLDS.due(state, "urgente", NOW) is None


def test_urgent_is_never_later_than_ordinary() -> None:
    slow = Thresholds({State.A_ORIENTER: 1}, 5, frozenset({"urgente"}))

    assert slow.of(State.A_ORIENTER, "urgente") == 1
    assert [late.days for late in Ageing(slow, NOW).late()] == [1, 1]


def test_the_instants_to_look_for_are_those_of_the_due_dates() -> None:
    for late in Ageing(THRESHOLDS, NOW).late():
        assert THRESHOLDS.due(late.state, "urgente" if late.urgent else "normale", late.since) == NOW

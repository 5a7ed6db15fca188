"""What members know in the end follows from the newest event, whatever the order in which all of them were heard."""

from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from services.notifications.domain.sitting import CANCELLED, CONVENED, MOVED, Sitting
from shared.events.sealed import Sealed
from shared.events.sessions import SessionChanged, SessionMember
from tests.builders.events import sample
from tests.builders.session_events import SESSION_ID, SITS_AT

AGENTS = ("agent-borne", "agent-ligne", "agent-volane")
BEFORE = SITS_AT - timedelta(days=20)


def event(version: int, members: set[str], day: int, state: str) -> SessionChanged:
    """The session after one change."""
    card = sample(SessionChanged).members[0].card
    seated = tuple(
        SessionMember(agent_id=agent, card=Sealed(token=card.token), chair=False, present=None)
        for agent in sorted(members)
    )
    at = SITS_AT + timedelta(days=day)
    return sample(SessionChanged, aggregate_version=version, members=seated, at=at, state=state)


changes = st.tuples(st.sets(st.sampled_from(AGENTS)), st.integers(0, 2), st.sampled_from(["convened", "cancelled"]))


@st.composite
def heard(draw: Any) -> list[SessionChanged]:
    """Events of one session in any order, some of them twice."""
    made = [event(number + 1, *change) for number, change in enumerate(draw(st.lists(changes, min_size=1, max_size=6)))]
    return list(draw(st.permutations([*made, *draw(st.lists(st.sampled_from(made), max_size=3))])))


@given(heard())
def test_in_the_end_each_member_knows_what_the_newest_event_says(events: list[SessionChanged]) -> None:
    sitting, knows = Sitting(SESSION_ID), dict[str, str]()
    for one in events:
        if not sitting.heard(one):
            continue
        for word in list(sitting.due(BEFORE)):
            # A member is never told twice the same, nor that they are not expected where they did not know of it.
            assert knows.get(word.agent_id) != word.where
            assert word.template == (CANCELLED if word.where is None else MOVED if word.agent_id in knows else CONVENED)
            knows.pop(word.agent_id, None)
            if word.where is not None:
                knows[word.agent_id] = word.where
            assert sitting.tell(word, reached=True)
    newest = max(events, key=lambda one: one.aggregate_version)
    expected = {one.agent_id for one in newest.members} if newest.state == "convened" else set()
    assert knows.keys() == expected
    assert set(knows.values()) <= {f"{newest.at.isoformat()} {newest.place}"}
    assert (sitting.told, sitting.unreached) == (knows, [])


def test_who_is_not_reached_is_shown_once_and_told_when_they_are() -> None:
    sitting = Sitting(SESSION_ID)
    assert sitting.heard(event(1, {AGENTS[0]}, 0, "convened"))
    (word,) = sitting.due(BEFORE)
    assert [sitting.tell(word, reached=False) for _ in range(2)] == [True, False]
    assert (sitting.told, sitting.unreached) == ({}, [AGENTS[0]])
    (again,) = sitting.due(BEFORE)
    assert sitting.tell(again, reached=True)
    assert (list(sitting.due(BEFORE)), sitting.unreached) == ([], [])


def test_nothing_is_told_of_a_session_whose_hour_is_over() -> None:
    sitting = Sitting(SESSION_ID)
    assert sitting.heard(event(1, set(AGENTS), 0, "convened"))
    assert list(sitting.due(SITS_AT)) == []

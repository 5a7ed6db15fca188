"""A commission session: every state × every verb, and what holds whatever is done to it."""

from collections.abc import Iterable
from datetime import timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.validation.domain.sessions.model import MAX_ITEMS, Session
from services.validation.domain.sessions.parts import Ending, SessionOpinion
from services.validation.domain.sessions.rules import AgendaFull, NotForThisSession
from services.validation.domain.sessions.states import (
    SESSION_LABELS,
    SESSION_TRANSITIONS,
    SESSION_VERBS,
    SessionState,
    SessionVerb,
    next_session_state,
)
from shared.events.envelope import Event
from shared.events.sessions import FileClosedToCommission, FileOpenedToCommission
from shared.kernel.errors import ImpossibleMove, Refusal
from tests.builders import sessions as a

AGENDA = {"seat", "add", "withdraw", "reorder"}
# Written apart from the table on purpose: a slip in either shows.
EXPECTED: dict[str, dict[str, str]] = {
    "preparation": dict.fromkeys(AGENDA | {"reschedule"}, "preparation")
    | {"convene": "convened", "cancel": "cancelled"},
    "convened": dict.fromkeys(AGENDA | {"reschedule", "tell_again"}, "convened")
    | {"open": "open", "cancel": "cancelled"},
    "open": dict.fromkeys(AGENDA | {"note_presence", "give_opinion", "postpone", "tell_again"}, "open")
    | {"close": "closed", "cancel": "cancelled"},
    "closed": {"tell_again": "closed"},
    "cancelled": {},
}


@pytest.mark.parametrize(("state", "verb"), list(product(SessionState, SessionVerb)))
def test_every_state_and_every_verb(state: SessionState, verb: SessionVerb) -> None:
    target = EXPECTED[state].get(verb)
    if target is not None:
        assert next_session_state(state, verb) == target
        return
    with pytest.raises(ImpossibleMove, match=SESSION_LABELS[state]):
        next_session_state(state, verb)


def test_every_state_and_verb_is_named_and_used() -> None:
    assert SESSION_LABELS.keys() == set(SessionState)
    assert SESSION_VERBS.keys() == set(SessionVerb) == {verb for _, verb in SESSION_TRANSITIONS}


def test_an_agenda_has_its_size() -> None:
    made = a.session()
    made.add_all([a.subject() for _ in range(MAX_ITEMS)], a.ACT)

    with pytest.raises(AgendaFull):
        made.add(a.subject(), a.ACT)


def test_what_was_put_off_comes_back_through_the_other_session_only() -> None:
    made, other = a.opened(2), a.session()
    (first, _) = a.studies(made)
    subject = made.item(first).subject
    made.postpone(first, other, "À entendre.", a.ACT)

    with pytest.raises(NotForThisSession):
        made.add(subject, a.ACT)


def test_what_was_withdrawn_can_come_back_at_the_end() -> None:
    made = a.opened(2)
    first, second = a.studies(made)
    subject = made.item(first).subject
    made.withdraw(first, a.ACT)
    made.add(subject, a.ACT)

    assert a.studies(made) == [second, first]


NAMES = (
    "add", "withdraw", "say", "postpone", "seat", "absent", "reschedule", "convene", "open", "close", "cancel", "again",
)  # fmt: skip
ACTS = st.lists(st.tuples(st.sampled_from(NAMES), st.integers(0, 3)), max_size=25)


@given(ACTS)
def test_exactly_the_files_of_the_agenda_are_open_to_exactly_the_members(acts: list[tuple[str, int]]) -> None:
    """A reader who keeps the highest version of each file, in whatever order they come, knows who reads what."""
    made, other = a.session(), a.session()
    told: list[Event] = []

    for act, number in acts:
        version = made.version
        try:
            told += _do(made, other, act, number)
        except (Refusal, IndexError):
            assert made.version == version
            continue
        assert made.version == version + 1
        readable = made.state in {SessionState.CONVENED, SessionState.OPEN}
        agents = tuple(one.agent_id for one in made.members if one.agent_id is not None)
        agenda = {one.subject.cer_id: agents for one in made.live if readable}
        assert _read(made, reversed(told)) == _read(made, told) == agenda
        if made.state is SessionState.CLOSED:
            assert all(one.opinion for one in made.items if one.ending is not Ending.WITHDRAWN)


def _do(made: Session, other: Session, act: str, number: int) -> list[Event]:
    study = a.studies(made)[number] if act in {"withdraw", "say", "postpone"} else None
    if act == "say" and study is not None:
        made.give_opinion(study, a.said(list(SessionOpinion)[number % 2]), a.ACT)
        return []
    simple = {
        "add": lambda: made.add(a.subject(), a.ACT),
        "seat": lambda: made.seat([*made.members[: number + 1], a.member(f"other-{made.version}")], a.ACT),
        "absent": lambda: made.note_presence([one.id for one in made.members[:number]], a.ACT),
        "reschedule": lambda: made.reschedule(made.plan, a.ACT),
        "convene": lambda: made.convene(a.ACT),
        "open": lambda: made.open([one.id for one in made.members], number % 2, a.ACT),
        "close": lambda: made.close(a.ACT),
        "cancel": lambda: made.cancel("Empêchement.", a.ACT),
        "again": lambda: made.tell_again(a.ACT),
    }
    if study is None:
        return simple[act]()
    if act == "postpone":
        return made.postpone(study, other, "À entendre.", a.ACT)
    return made.withdraw(study, a.ACT)


def _read(made: Session, told: Iterable[Event]) -> dict[object, tuple[str, ...]]:
    last: dict[object, FileOpenedToCommission | FileClosedToCommission] = {}
    for one in told:
        if isinstance(one, FileOpenedToCommission | FileClosedToCommission) and one.session_id == made.id:
            before = last.get(one.cer_id)
            if before is None or before.aggregate_version < one.aggregate_version:
                last[one.cer_id] = one
    return {cer: one.members for cer, one in last.items() if isinstance(one, FileOpenedToCommission)}


def test_files_are_read_for_a_month_at_most() -> None:
    made = a.convened()
    (file, _) = made.tell_again(a.ACT)

    assert isinstance(file, FileOpenedToCommission)
    assert file.until - made.plan.at == timedelta(days=30)

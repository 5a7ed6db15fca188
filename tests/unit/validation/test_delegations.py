"""Delegations: when they hold, for which CERs, and how the decision names who made it."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.validation.domain.delegations.model import Delegation, Scope, by_delegation
from services.validation.domain.delegations.rules import DelegationIncoherent, DelegationOver, DelegationRequired
from services.validation.domain.lists import KeptList, ListName
from services.validation.domain.motives import UnknownComplement, UnknownMotive, missing_words, worded
from services.validation.domain.rules import AuthorCannotDecide
from shared.events.reference import DatedLabel, ListEntry
from shared.kernel.clock import legal_date
from tests.builders.validation import CHEF, INSERTION, NOW, REFERENT, study_for_decision, verdict

TODAY = legal_date(NOW)
WEEK = timedelta(days=7)


def delegation(**changes: Any) -> Delegation:
    usual = Delegation(
        id=UUID(int=1),
        delegator_id=CHEF.agent_id,
        delegate_id=INSERTION.agent_id,
        first_day=TODAY,
        last_day=TODAY + WEEK,
        scope=Scope(),
        made_by=CHEF.agent_id,
        made_at=NOW,
    )
    return replace(usual, **changes)


@given(day=st.dates(date(2026, 1, 1), date(2026, 12, 31)))
def test_it_holds_from_its_first_day_to_its_last_and_not_once_it_was_ended(day: date) -> None:
    one = delegation()

    assert one.in_force(day) is (TODAY <= day <= TODAY + WEEK)
    assert not one.ended(CHEF.agent_id, NOW, TODAY).in_force(day)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"delegate_id": CHEF.agent_id}, "delegate_id"),
        ({"last_day": TODAY - timedelta(days=1)}, "last_day"),
        ({"first_day": TODAY - timedelta(days=1)}, "first_day"),
    ],
)
def test_what_nobody_can_give_is_refused(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(DelegationIncoherent) as refused:
        delegation(**changes).checked(TODAY)

    assert [problem.field for problem in refused.value.fields] == [field]


def test_it_is_ended_once_and_not_after_its_last_day() -> None:
    with pytest.raises(DelegationOver):
        delegation().ended("x", NOW, TODAY).ended("x", NOW, TODAY)
    with pytest.raises(DelegationOver):
        delegation().ended("x", NOW, TODAY + WEEK + timedelta(days=1))


@pytest.mark.parametrize(
    ("scope", "holds"),
    [
        (Scope(), True),
        (Scope(("aubenas", "privas")), True),
        (Scope(("privas",)), False),
        (Scope((), ("premier",)), True),
        (Scope(("aubenas",), ("retablissement",)), False),
    ],
)
def test_a_decision_by_delegation_says_so_and_stays_within_its_scope(scope: Scope, *, holds: bool) -> None:
    one, given_ = study_for_decision(), delegation(scope=scope)

    if not holds:
        with pytest.raises(DelegationRequired):
            one.decide(verdict(), INSERTION, NOW, given_)
        return
    told = one.decide(verdict(), INSERTION, NOW, given_)
    assert (told.decided_by, told.delegated_by, told.delegation_id) == (INSERTION.agent_id, CHEF.agent_id, given_.id)
    assert told.decider.block is not None
    assert told.decider.block.quality == "Instructrice, par délégation"


def test_no_delegation_lets_an_author_decide() -> None:
    with pytest.raises(AuthorCannotDecide):
        study_for_decision().decide(verdict(), REFERENT, NOW, delegation(delegate_id=REFERENT.agent_id))


def test_who_decides_in_their_own_right_is_named_as_they_are() -> None:
    told = study_for_decision().decide(verdict(), CHEF, NOW)

    assert (told.delegated_by, told.delegation_id) == (None, None)
    assert told.decider.block == CHEF
    assert by_delegation(CHEF) != CHEF


def kept(name: ListName) -> KeptList:
    entries = [
        ListEntry(
            id=code,
            labels=(DatedLabel(since=date(2020, 1, 1), label=label),),
            usable_from=date(2020, 1, 1),
            usable_until=until,
            rank=None,
        )
        for code, label, until in (("etapes", "Les étapes", None), ("ancien", "Ancien", date(2025, 12, 31)))
    ]
    return KeptList(name, 1, tuple(entries))


def test_codes_become_words_before_the_free_text() -> None:
    found = worded(verdict(motive_codes=("etapes",), motives=("Autre.",)), kept(ListName.DECISION_MOTIVES), TODAY)

    assert (found.motives, found.motive_codes) == (("Les étapes", "Autre."), ("etapes",))
    assert missing_words(kept(ListName.COMPLEMENTS), ["etapes"], ["Le devis."], TODAY) == ("Les étapes", "Le devis.")


@pytest.mark.parametrize("code", ["autre", "ancien"])
def test_a_code_that_cannot_be_chosen_is_refused_with_those_that_can(code: str) -> None:
    with pytest.raises(UnknownMotive) as refused:
        worded(verdict(motive_codes=("etapes", code)), kept(ListName.DECISION_MOTIVES), TODAY)
    assert [problem.field for problem in refused.value.fields] == ["motive_codes.1"]
    assert "« etapes »" in refused.value.detail
    with pytest.raises(UnknownComplement):
        missing_words(kept(ListName.COMPLEMENTS), [code], [], TODAY)

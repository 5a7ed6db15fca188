"""Where a CER is proposed to go, and what a rule may hold."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.validation.domain.lists import KeptList, ListName
from services.validation.domain.routing.checking import Known, checked
from services.validation.domain.routing.model import Case, Conditions, Route, Rule, RuleBook
from services.validation.domain.routing.proposal import Advice
from services.validation.domain.routing.rules import RuleIncoherent, RulesNotTheSame, UnknownCodes, UnknownRule
from services.validation.domain.rules import CommissionKindNotUsable, UnknownCommissionKind
from services.validation.domain.values import Path
from shared.events.reference import DatedLabel, ListEntry

TODAY = date(2026, 3, 16)
SINCE = date(2020, 1, 1)
CHEF, EP, GEI = Route(Path.CHEF_DE_SERVICE), Route(Path.COMMISSION, "ep"), Route(Path.COMMISSION, "gei")


def kept(name: ListName, *codes: str, until: date | None = None) -> KeptList:
    entries = (
        ListEntry(
            id=code,
            labels=(DatedLabel(since=SINCE, label=f"Passage {code}"),),
            usable_from=SINCE,
            usable_until=until,
            rank=None,
        )
        for code in codes
    )
    return KeptList(name, 1, tuple(entries))


KINDS = kept(ListName.COMMISSION_KINDS, "ep", "gei")
KNOWN = Known(
    natures=frozenset({"premier", "retablissement"}),
    territories=frozenset({"aubenas"}),
    priorities=frozenset({"normale", "urgente"}),
    requests=frozenset({"ep", "rappel"}),
    kinds=KINDS,
)


def rule(number: int = 1, route: Route = EP, **changes: Any) -> Rule:
    dates = {name: changes.pop(name) for name in ("usable_from", "usable_until") if name in changes}
    return Rule(UUID(int=number), f"Règle {number}", Conditions(**changes), route, **({"usable_from": SINCE} | dates))


def case(**changes: Any) -> Case:
    usual = Case("premier", "aubenas", "normale", (), "oui")
    return replace(usual, **changes)


def advice(*rules: Rule, kinds: KeptList = KINDS) -> Advice:
    return Advice(RuleBook(rules, 1), kinds, kept(ListName.REQUESTS, "ep", "gei", "commission", "rappel"), TODAY)


@pytest.mark.parametrize(
    ("met", "missed"),
    [
        ({"natures": ("premier",)}, {"natures": ("retablissement",)}),
        ({"territories": ("privas", "aubenas")}, {"territories": ("privas",)}),
        ({"priorities": ("normale",)}, {"priorities": ("urgente",)}),
        ({"requests": ("ep", "rappel")}, {"requests": ("ep", "gei")}),
        ({"accords": ("oui",)}, {"accords": ("non",)}),
        ({}, {"natures": ("premier",), "accords": ("non",)}),
    ],
)
def test_each_condition_counts_and_all_have_to_be_met(met: dict[str, Any], missed: dict[str, Any]) -> None:
    asked = case(requests=("rappel",))

    assert Conditions(**met).met(asked)
    assert not Conditions(**missed).met(asked)


def test_the_first_rule_that_is_met_counts_and_is_the_reason() -> None:
    found = advice(rule(1, CHEF, accords=("non",)), rule(2, GEI), rule(3, EP)).proposal(case(requests=("ep",)))

    assert (found.route, found.rule_id, found.reason) == (GEI, UUID(int=2), "Règle n° 2 : Règle 2")


@pytest.mark.parametrize(
    "passed_over",
    [rule(1, CHEF, usable_from=date(2026, 3, 17)), rule(1, CHEF, usable_until=date(2026, 3, 15)), rule(1, GEI)],
)
def test_a_rule_out_of_use_or_towards_a_kind_out_of_use_is_passed_over(passed_over: Rule) -> None:
    found = advice(passed_over, kinds=kept(ListName.COMMISSION_KINDS, "ep")).proposal(case(requests=("ep",)))

    assert (found.route, found.rule_id, found.reason) == (EP, None, "Demande du référent : Passage ep")


@pytest.mark.parametrize(
    ("requests", "route"),
    [
        ((), CHEF),
        (("rappel",), CHEF),
        (("rappel", "gei"), GEI),
        (("commission",), Route(Path.COMMISSION)),
        (("commission", "ep"), EP),
    ],
)
def test_without_a_rule_the_request_of_the_referent_is_proposed(requests: tuple[str, ...], route: Route) -> None:
    assert advice().proposal(case(requests=requests)).route == route


def test_a_rule_that_can_be_met_is_kept() -> None:
    good = rule(1, natures=("premier",), territories=("aubenas",), requests=("ep", "rappel"), accords=("non",))

    assert checked(good, KNOWN, TODAY) is good


def test_unknown_codes_are_refused_each_with_its_place_and_what_is_possible() -> None:
    with pytest.raises(UnknownCodes) as refused:
        checked(rule(1, natures=("premier", "autre"), priorities=("x",), accords=("nc",)), KNOWN, TODAY)

    fields = {problem.field: problem.message for problem in refused.value.fields}
    assert set(fields) == {"conditions.natures.1", "conditions.priorities.0", "conditions.accords.0"}
    assert "« normale », « urgente »" in fields["conditions.priorities.0"]


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        (rule(1, Route(Path.COMMISSION, "gad")), UnknownCommissionKind),
        (rule(1, Route(Path.COMMISSION)), RuleIncoherent),
        (rule(1, Route(Path.CHEF_DE_SERVICE, "ep")), RuleIncoherent),
        (rule(1, CHEF, usable_until=date(2019, 12, 31)), RuleIncoherent),
    ],
)
def test_what_no_study_could_follow_is_refused(wrong: Rule, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        checked(wrong, KNOWN, TODAY)


def test_a_kind_that_ends_before_the_rule_begins_is_refused() -> None:
    known = replace(KNOWN, kinds=kept(ListName.COMMISSION_KINDS, "ep", until=date(2026, 6, 30)))

    assert checked(rule(1), known, TODAY)
    with pytest.raises(CommissionKindNotUsable):
        checked(rule(1, usable_from=date(2026, 7, 1)), known, TODAY)


@given(st.permutations([rule(number) for number in range(1, 6)]))
def test_an_order_loses_no_rule_and_makes_a_version(order: list[Rule]) -> None:
    book = RuleBook(tuple(rule(number) for number in range(1, 6)), 4)

    found = book.reordered([one.id for one in order])

    assert (found.rules, found.version) == (tuple(order), 5)


def test_what_the_book_does_not_have_is_refused() -> None:
    book = RuleBook((rule(1), rule(2)), 2)

    with pytest.raises(UnknownRule):
        book.removed(UUID(int=9))
    with pytest.raises(UnknownRule):
        book.changed(rule(9))
    for ids in ([UUID(int=1)], [UUID(int=1), UUID(int=1)], [UUID(int=1), UUID(int=2), UUID(int=9)]):
        with pytest.raises(RulesNotTheSame):
            book.reordered(ids)

"""Who a person of a file is: by NIR, then by names; what stays unclear is asked of an agent."""

from datetime import date
from uuid import UUID

import pytest

from services.contracts.domain.dossiers.household import Match
from services.contracts.domain.dossiers.identifying import Found, Named, identify
from tests.builders import contracts as a
from tests.builders.nirs import OTHER_NIR, hashed

ONE, TWO = UUID(int=1), UUID(int=2)
MINE, THEIRS = hashed(), hashed(OTHER_NIR)
PAUL = a.person(nom_naissance="FICTIF", prenoms=("PAUL",), date_naissance=date(1988, 11, 2))
RENAMED = a.person(nom_naissance="AUTREMENT", prenoms=("JANE",))
HERE = a.dossier(id=ONE)
SPOUSE = a.dossier(id=TWO, person=PAUL)


def test_a_nir_of_the_household_is_the_person_whatever_their_name() -> None:
    assert identify([Named(RENAMED, MINE)], [HERE, SPOUSE], {MINE: [ONE]}) == [Found(Match.KNOWN, HERE)]


def test_a_nir_that_nobody_has_says_nothing_and_names_do() -> None:
    found = identify([Named(a.person(), MINE), Named(PAUL, THEIRS)], [HERE], {MINE: [], THEIRS: []})

    assert found == [Found(Match.KNOWN, HERE), Found(Match.NEW)]


def test_who_is_known_elsewhere_by_nir_alone_is_proposed() -> None:
    assert identify([Named(RENAMED, MINE)], [SPOUSE], {MINE: [ONE]}) == [
        Found(Match.AMBIGUOUS, None, (ONE,), moved=True)
    ]


def test_names_of_the_household_are_enough_though_the_nir_is_known_elsewhere_too() -> None:
    assert identify([Named(PAUL, MINE)], [SPOUSE], {MINE: [ONE]}) == [Found(Match.KNOWN, SPOUSE)]


@pytest.mark.parametrize(
    "named",
    [
        # The NIR of one with the names of the other.
        [Named(PAUL, MINE)],
        # Two lines with one NIR.
        [Named(a.person(), MINE), Named(PAUL, MINE)],
        # Two lines that would become one name, one of them by NIR.
        [Named(RENAMED, MINE), Named(RENAMED, None)],
    ],
)
def test_a_nir_and_names_that_contradict_each_other_are_asked(named: list[Named]) -> None:
    found = identify(named, [HERE, SPOUSE], {MINE: [ONE]})

    assert {one.match for one in found} == {Match.AMBIGUOUS}
    assert all(one.candidates[0] == ONE for one in found[:1])


def test_the_names_that_a_person_gave_up_in_the_same_file_are_not_taken_by_another_without_asking() -> None:
    found = identify([Named(RENAMED, MINE), Named(a.person())], [HERE], {MINE: [ONE]})

    assert [one.match for one in found] == [Match.KNOWN, Match.AMBIGUOUS]


def test_who_left_names_behind_is_no_likeness_for_others() -> None:
    alike = a.person(date_naissance=date(1990, 4, 6))

    assert [one.match for one in identify([Named(alike)], [HERE], {})] == [Match.AMBIGUOUS]
    assert [one.match for one in identify([Named(RENAMED, MINE), Named(alike)], [HERE], {MINE: [ONE]})] == [
        Match.KNOWN,
        Match.NEW,
    ]


def test_a_hash_is_not_shown() -> None:
    assert repr(MINE) not in repr(Named(PAUL, MINE))

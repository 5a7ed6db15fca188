"""Words of names, and which words may be one another mistyped."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.contracts.domain.dossiers.names import alternatives, closeness, is_near, name_words, spellings, words
from tests.builders import contracts as a

WORDS = st.text(alphabet="ABCDEILMNORSTU", min_size=4, max_size=12)


def test_a_person_is_found_under_each_name_apart_and_joined() -> None:
    person = a.person(nom_naissance="DE LA TOUR", nom_usage="O'Brien-Lefèvre", prenoms=("Marie-Claire", "ZOÉ"))

    assert set(name_words(person)) == {
        *("DE", "LA", "TOUR", "DELATOUR", "LATOUR"),
        *("O", "BRIEN", "LEFEVRE", "OBRIENLEFEVRE", "BRIENLEFEVRE"),
        *("MARIE", "CLAIRE", "MARIECLAIRE", "ZOE"),
    }


def test_accents_written_in_two_characters_part_no_word() -> None:
    assert words("Lefe\u0301vre") == words("LEFÈVRE") == ["LEFEVRE"]


def test_particles_count_only_when_nothing_else_does() -> None:
    assert alternatives(["DE", "LA", "TOUR"]) == [["TOUR", "LATOUR", "DELATOUR"]]
    assert alternatives(["LE"]) == [["LE"]]
    assert alternatives([]) == []


@given(WORDS, st.data())
def test_one_mistake_always_leaves_a_common_rest(word: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(word) - 2))
    typed = data.draw(
        st.sampled_from(
            [
                word[:place] + word[place + 1 :],
                word[:place] + "X" + word[place:],
                word[:place] + "X" + word[place + 1 :],
                word[:place] + word[place + 1] + word[place] + word[place + 2 :],
            ]
        )
    )

    assert set(spellings(word)) & set(spellings(typed))
    assert is_near(word, typed)
    assert closeness(word, typed) == closeness(typed, word) >= 1 - 1 / 4


@pytest.mark.parametrize(("one", "other"), [("DUPONT", "DURAND"), ("MARTIN", "MORIN"), ("LEA", "ZOE")])
def test_other_names_are_not_near(one: str, other: str) -> None:
    assert not is_near(one, other)

"""Which version of a text an edition shows."""

from datetime import date

import pytest

from services.contracts.domain.reference.shipped.texts import LEGAL_TEXTS
from services.documents.domain.texts import SHIPPED, NoTextInForce, TextKey, TextNotTold, Texts, Wording
from shared.events.reference import PinnedText

KEY = TextKey.SUSPENSION


def pin(version: int, key: str = KEY.value) -> tuple[PinnedText, ...]:
    return (PinnedText(text_id=key, version=version),)


@pytest.mark.parametrize(
    ("day", "version"),
    [(date(2009, 6, 1), 1), (date(2024, 12, 31), 1), (date(2025, 1, 1), 2), (date(2026, 3, 12), 2)],
)
def test_a_text_that_is_not_pinned_holds_from_its_effect_until_the_next(day: date, version: int) -> None:
    assert Texts().of(KEY, pin(1, "another"), day).version == version


def test_nothing_holds_before_the_rsa() -> None:
    with pytest.raises(NoTextInForce):
        Texts().of(KEY, (), date(2009, 5, 31))


def test_a_pinned_version_is_shown_whatever_holds_that_day() -> None:
    assert Texts().of(KEY, pin(1), date(2026, 3, 12)) == SHIPPED[KEY][0]


def test_what_contracts_told_comes_before_what_is_shipped() -> None:
    told = Texts({KEY: [Wording(2, date(2025, 1, 1), ("Dit.",)), Wording(3, date(2025, 1, 1), ("Corrigé.",))]})

    assert told.of(KEY, pin(2), date(2026, 1, 1)).paragraphs == ("Dit.",)
    # Of two with the same effect, the one recorded last.
    assert told.of(KEY, (), date(2026, 1, 1)).paragraphs == ("Corrigé.",)
    assert told.of(TextKey.TITLE, (), date(2026, 1, 1)) == SHIPPED[TextKey.TITLE][1]


def test_a_pinned_version_that_was_never_told_is_not_replaced_by_another() -> None:
    with pytest.raises(TextNotTold):
        Texts().of(KEY, pin(3), date(2026, 1, 1))


def test_a_text_that_no_edition_shows_is_kept_beside() -> None:
    assert Texts({"convocation-mention": [Wording(2, date(2026, 1, 1), ("Venez.",))]}).of(KEY, pin(1), date.min)


def test_the_shipped_texts_are_those_of_contracts_word_for_word() -> None:
    theirs = {
        key.value: tuple(Wording(place, effect, words) for place, (effect, words) in enumerate(versions, 1))
        for key, versions in LEGAL_TEXTS.items()
    }

    assert {key: theirs[key] for key in SHIPPED} == SHIPPED
    assert set(SHIPPED) == {key.value for key in TextKey}

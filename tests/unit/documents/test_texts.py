"""Which texts hold on which day."""

from datetime import date

import pytest

from services.documents.domain.texts import TEXTS, NoTextInForce, in_force


@pytest.mark.parametrize(
    ("day", "effect"),
    [
        (date(2009, 6, 1), date(2009, 6, 1)),
        (date(2024, 12, 31), date(2009, 6, 1)),
        (date(2025, 1, 1), date(2025, 1, 1)),
        (date(2026, 3, 12), date(2025, 1, 1)),
    ],
)
def test_a_text_holds_from_its_effect_until_the_next(day: date, effect: date) -> None:
    assert in_force(day).effect == effect


def test_nothing_holds_before_the_rsa() -> None:
    with pytest.raises(NoTextInForce):
        in_force(date(2009, 5, 31))


def test_texts_are_in_order_of_effect() -> None:
    effects = [text.effect for text in TEXTS]
    assert effects == sorted(set(effects))


def test_each_text_cites_its_articles_and_the_appeal() -> None:
    for text in TEXTS:
        mentions = " ".join(text.mentions)
        assert all(article in mentions for article in ("L262-35", "L262-36", "L262-37", "délégation de signature"))
        appeal = " ".join(text.appeal)
        assert all(word in appeal for word in ("recours administratif préalable", "deux mois", "R262-88", "L262-47"))

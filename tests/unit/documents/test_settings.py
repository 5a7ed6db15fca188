"""What the environment may say of the look."""

import re
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from services.documents.domain.contrast import FAINTEST_INK, READABLE, contrast
from services.documents.settings import Settings

STYLE = Path("services/documents/templates/style.css").read_text()


def settings(**changes: Any) -> Settings:
    needed = {"database_url": "x", "kafka": "x", "oidc_issuer": "x", "keys_dir": "."}
    return Settings(**(needed | changes))


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert contrast("#1b3a6b", "#1b3a6b") == 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"accent": "#f5a623"}, "CER_ACCENT sur le papier blanc"),
        ({"accent": "#b3541e", "tint": "#d8d0a0"}, "CER_ACCENT sur CER_TINT"),
        ({"accent": "#000000", "tint": "#999999"}, "le texte sur CER_TINT"),
    ],
)
def test_colours_that_cannot_be_read_are_refused_at_start(changes: dict[str, str], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        settings(**changes)


def test_the_shipped_colours_can_be_read() -> None:
    assert settings().look.accent == "#1b3a6b"


def test_the_faintest_ink_is_the_faintest_of_the_style() -> None:
    inks = {f"#{ink * 2 if len(ink) == 3 else ink}" for ink in _inks()}
    assert max(inks, key=lambda ink: contrast(ink, "#000000")) == FAINTEST_INK
    assert contrast(FAINTEST_INK, "#ffffff") >= READABLE


def _inks() -> set[str]:
    return set(re.findall(r"[{;] color: #([0-9a-f]{3,6})", STYLE))


def test_an_address_has_a_line_between_bars() -> None:
    assert settings(address="1 place du Modèle | 99000 Exempleville |").letterhead.address == (
        "1 place du Modèle",
        "99000 Exempleville",
    )

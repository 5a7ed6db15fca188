"""What is taken out of a text before it is set, and what is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.documents.domain.cleaning import clean, clean_all


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("un\r\ndeux\rtrois\u2028quatre\x0bcinq", "un\ndeux\ntrois\nquatre\ncinq"),
        ("a\x00b\x07c\x1bd\x7fe\x85f", "abcde\nf"),
        ("e\u0301", "é"),
        ("payer \u202e001\u202c euros", "payer 001 euros"),
        ("a\u2066b\u2069c\u200ed\ufeffe", "abcde"),
        ("\ud83d seul", " seul"),
        ("privé \ue000 ici", "privé  ici"),
        ("col\tonne", "col    onne"),
        ("\n\nau milieu\n\nreste  \n", "au milieu\n\nreste"),
        ("Łódź, ğış, œuvre, €, 😀, 汉字, שלום", "Łódź, ğış, œuvre, €, 😀, 汉字, שלום"),
        ("👩\u200d👧 👍🏽 ❤\ufe0f", "👩👧 👍 ❤"),
        ("क्\u200dष", "क्\u200dष"),
        ("e\u200b\u0301", "é"),
        ("<b>&amp;</b> {{ x }}", "<b>&amp;</b> {{ x }}"),
    ],
)
def test_what_stays(raw: str, kept: str) -> None:
    assert clean(raw) == kept


@given(st.text())
def test_cleaning_twice_changes_nothing_more_and_leaves_no_control(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    assert not [c for c in once if (ord(c) < 32 and c != "\n") or 0x7F <= ord(c) < 0xA0 or 0xD800 <= ord(c) < 0xE000]
    once.encode()


def test_every_text_of_a_structure_is_cleaned() -> None:
    assert clean_all({"a": ["x\x00", {"b": ("y\x01", 3)}], "c": None}) == {"a": ("x", {"b": ("y", 3)}), "c": None}

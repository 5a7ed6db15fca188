"""An SMS is counted as networks count it: alphabet, places, segments."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.sms.text import Alphabet, measure, transliterated


@pytest.mark.parametrize(
    ("text", "alphabet", "units", "segments"),
    [
        ("", Alphabet.GSM_7, 0, 1),
        ("a" * 160, Alphabet.GSM_7, 160, 1),
        ("a" * 161, Alphabet.GSM_7, 161, 2),
        ("a" * 306, Alphabet.GSM_7, 306, 2),
        ("a" * 307, Alphabet.GSM_7, 307, 3),
        ("é" * 160, Alphabet.GSM_7, 160, 1),
        ("€" * 80, Alphabet.GSM_7, 160, 1),
        ("€" * 80 + "a", Alphabet.GSM_7, 161, 2),
        ("ê" * 70, Alphabet.UCS_2, 70, 1),
        ("ê" * 71, Alphabet.UCS_2, 71, 2),
        ("ê" * 134, Alphabet.UCS_2, 134, 2),
        ("ê" * 135, Alphabet.UCS_2, 135, 3),
        ("a" * 159 + "ê", Alphabet.UCS_2, 160, 3),
        ("👍" * 35, Alphabet.UCS_2, 70, 1),
        ("👍" * 36, Alphabet.UCS_2, 72, 2),
    ],
)
def test_a_text_takes_these_places_and_segments(text: str, alphabet: Alphabet, units: int, segments: int) -> None:
    size = measure(text)

    assert (size.alphabet, size.units, size.segments) == (alphabet, units, segments)


def test_neither_an_escape_nor_a_surrogate_is_parted_from_its_twin() -> None:
    # 153 places hold 76 pairs and one place is lost: 153 pairs need three segments, not two.
    assert measure("€" * 153).segments == 3
    assert measure("€" * 152).segments == 2
    assert measure("👍" * 67).segments == 3
    assert measure("👍" * 66).segments == 2


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("Contrat n° 2 à l’été, Noël", "Contrat no 2 à l'été, Noel"),
        ("« garçon », êtes", '" garcon ", etes'),
        ("sœur – Œuvre…", "soeur - OEuvre..."),
        ("10 €", "10 €"),
        ("E\u0301cole", "École"),
        ("œil\u202f!", "oeil !"),
        ("漢", "?"),
    ],
)
def test_what_the_alphabet_has_not_is_written_by_rule(written: str, sent: str) -> None:
    assert transliterated(written) == sent
    assert measure(transliterated(written)).alphabet is Alphabet.GSM_7


@given(st.text())
def test_whatever_is_transliterated_travels_in_seven_bits_and_stays_so(text: str) -> None:
    once = transliterated(text)

    assert measure(once).alphabet is Alphabet.GSM_7
    assert transliterated(once) == once


@given(st.text(max_size=400))
def test_segments_hold_all_places(text: str) -> None:
    size = measure(text)
    alone, chained = (160, 153) if size.alphabet is Alphabet.GSM_7 else (70, 67)

    assert (size.segments == 1) == (size.units <= alone)
    assert size.segments == 1 or size.units <= size.segments * chained

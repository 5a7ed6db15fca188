"""NIRs to keyed hashes: what is one number, what is none, and that nothing shows it."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.fr.nir import calc_check_digits

from services.contracts.adapters.nir import KeyedNirs, NirKeyUnusable, compact, nirs_of, shown
from services.contracts.domain.dossiers.nir import UnusableNir
from tests.builders.nirs import NIR, NIRS, OTHER_NIR, OTHER_NIRS, hashed

CORSE_A, CORSE_B = "285062A004015", "185062B004015"
MAINLAND = "2850619004015"


def keyed(number: str) -> str:
    return number + calc_check_digits(number)


@pytest.mark.parametrize("number", [NIR, CORSE_A, CORSE_B])
def test_a_number_is_the_same_with_or_without_its_key_and_its_blanks(number: str) -> None:
    whole = keyed(number)
    spaced = " ".join((whole[0], whole[1:3], whole[3:5], whole[5:7], whole[7:10], whole[10:13], whole[13:]))

    assert {NIRS.read(one) for one in (number, whole, spaced, f" {whole.lower()} ")} == {hashed(number)}
    assert len(hashed(number)) == 32


def test_the_two_corses_and_the_mainland_are_three_persons() -> None:
    assert len({hashed(CORSE_A), hashed(CORSE_B), hashed(MAINLAND)}) == 3


@pytest.mark.parametrize(
    "text",
    [
        keyed(NIR)[:-1] + "0",
        keyed(NIR)[:-1],
        NIR[:-1],
        "285062C004015",
        "0000000000000",
        "2901399123456",
        "2900499123000",
        "²900499123456",
        "inconnu",
        "2" * 5_000,
    ],
)
def test_what_is_no_number_or_has_a_wrong_key_identifies_nobody(text: str) -> None:
    assert NIRS.read(text) is UnusableNir.UNREADABLE


@pytest.mark.parametrize("first", "3478")
def test_a_provisional_number_identifies_nobody(first: str) -> None:
    assert NIRS.read(first + NIR[1:]) is UnusableNir.PROVISIONAL


def test_nothing_said_is_nothing() -> None:
    assert NIRS.read("  ") is None


def test_two_keys_give_two_hashes() -> None:
    assert NIRS.read(NIR) != OTHER_NIRS.read(NIR)
    assert NIRS.read(NIR) != NIRS.read(OTHER_NIR)


@given(st.text(max_size=60) | st.text("0123456789 AB.-", max_size=20))
def test_no_text_breaks_it_nor_comes_back(text: str) -> None:
    read = NIRS.read(text)

    assert read is None or isinstance(read, UnusableNir) or (len(read) == 32 and compact(text) is not None)
    assert NIRS.read(shown(read)) == read


def test_the_key_is_not_shown() -> None:
    assert "key for tests" not in repr(NIRS)


def test_without_a_key_nothing_is_read_and_a_bad_key_stops_the_start(tmp_path: Path) -> None:
    good, short = tmp_path / "good", tmp_path / "short"
    good.write_bytes(NIRS.key + b"\n")
    short.write_bytes(b"31 bytes are not enough, sorry")

    assert nirs_of(None) is None
    assert nirs_of(good) == KeyedNirs(NIRS.key)
    for bad in (short, tmp_path / "absent"):
        with pytest.raises(NirKeyUnusable, match="CER_NIR_KEY_FILE"):
            nirs_of(bad)

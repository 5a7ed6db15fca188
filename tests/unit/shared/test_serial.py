"""The serial of a CER vierge: what one slip of a pen or of a scanner makes of it is no serial."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.kernel.serial import LENGTH, SIGNS, BadSerial, Serial

serials = st.integers(0, 32**LENGTH - 1).map(Serial.numbered)


def test_a_serial_looks_like_this() -> None:
    assert str(Serial.numbered(0)) == "CERV-0000-0000-0000-98"
    assert str(Serial("7K3MQ9F2XA8D")) == "CERV-7K3M-Q9F2-XA8D-57"


def test_new_ones_differ() -> None:
    assert len({Serial.new() for _ in range(1000)}) == 1000


@given(serials)
def test_what_is_printed_is_read_however_it_is_typed(serial: Serial) -> None:
    text = str(serial)
    for typed in (text, text.lower(), text.replace("-", ""), text.replace("-", " "), f" {text}\n"):
        assert Serial.parse(typed) == serial
    head, rest = text[:5], text[5:]
    assert Serial.parse(head + rest.replace("0", "o").replace("1", "l")) == serial


@given(serials, st.data())
def test_one_wrong_sign_is_caught(serial: Serial, data: st.DataObject) -> None:
    packed = str(serial).replace("-", "")
    place = data.draw(st.integers(4, len(packed) - 1))
    signs = SIGNS if place < 4 + LENGTH else "0123456789"
    sign = data.draw(st.sampled_from([one for one in signs if one != packed[place]]))
    with pytest.raises(BadSerial):
        Serial.parse(packed[:place] + sign + packed[place + 1 :])


@given(serials, st.integers(4, 4 + LENGTH - 2))
def test_two_neighbours_changed_round_are_caught(serial: Serial, place: int) -> None:
    packed = str(serial).replace("-", "")
    swapped = packed[:place] + packed[place + 1] + packed[place] + packed[place + 2 :]
    if swapped != packed:
        with pytest.raises(BadSerial):
            Serial.parse(swapped)


@given(st.text(max_size=40))
def test_anything_else_is_refused_by_name(text: str) -> None:
    with pytest.raises(BadSerial):
        Serial.parse(text)


@pytest.mark.parametrize("number", [-1, 32**LENGTH])
def test_a_number_out_of_bounds_has_no_serial(number: int) -> None:
    with pytest.raises(ValueError, match="60 bits"):
        Serial.numbered(number)

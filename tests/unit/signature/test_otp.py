"""The code: six digits that any value can be, bound to one request, number and PDF, and written in one SMS."""

import string
from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from services.signature.domain.message import sms_text
from services.signature.domain.otp import Binding, keyed_hash, matches, new_code, phone_mark
from services.signature.domain.phone import french_mobile, masked
from services.signature.domain.rules import PhoneMissing, PhoneNotFrench
from tests.builders.signature import ATTEMPT_ID, DOCUMENT, PEPPER, PHONE

BINDING = Binding(ATTEMPT_ID, PHONE, DOCUMENT.sha256)
GSM_7 = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./:;<=>?¡ÄÖÑÜ§¿äöñüà" + string.digits + string.ascii_letters
)


def test_codes_have_six_digits_and_leading_zeros() -> None:
    codes = [new_code().get_secret_value() for _ in range(2000)]

    assert all(len(code) == 6 and code.isdigit() for code in codes)
    assert {code[0] for code in codes} == set(string.digits)
    assert len(set(codes)) > 1900


def test_the_right_code_matches_and_every_other_does_not() -> None:
    expected = keyed_hash(PEPPER, BINDING, SecretStr("042137"))

    assert matches(PEPPER, BINDING, SecretStr("042137"), expected)
    assert not matches(PEPPER, BINDING, SecretStr("042138"), expected)
    assert not matches(PEPPER, BINDING, SecretStr("42137"), expected)


@pytest.mark.parametrize(
    "other",
    [
        replace(BINDING, request_id=UUID(int=7)),
        replace(BINDING, phone="+33639980002"),
        replace(BINDING, document_sha256="0" * 64),
    ],
    ids=["another request", "another number", "another document"],
)
def test_a_code_is_good_for_nothing_else(other: Binding) -> None:
    code = SecretStr("042137")

    assert not matches(PEPPER, other, code, keyed_hash(PEPPER, BINDING, code))


def test_without_the_pepper_a_hash_says_nothing() -> None:
    code = SecretStr("042137")

    assert not matches(b"another pepper of thirty-two bytes", BINDING, code, keyed_hash(PEPPER, BINDING, code))
    assert phone_mark(PEPPER, PHONE) != phone_mark(b"another pepper of thirty-two bytes", PHONE)


def test_neither_code_nor_number_is_shown_by_repr() -> None:
    shown = repr((new_code(), BINDING, sms_text(SecretStr("042137"), 2, DOCUMENT.sha256)))

    assert "042137" not in shown
    assert PHONE not in shown


@given(st.integers(0, 999_999), st.integers(1, 9_999), st.binary(min_size=32, max_size=32))
def test_the_sms_says_what_it_signs_in_one_gsm_7_segment(code: int, numero: int, digest: bytes) -> None:
    text = sms_text(SecretStr(f"{code:06d}"), numero, digest.hex()).get_secret_value()

    assert len(text) <= 160
    assert set(text) <= GSM_7
    assert f"{code:06d}" in text
    assert f"no {numero}" in text
    assert digest.hex()[:8].upper() in text


@pytest.mark.parametrize("number", ["+33612345678", "+33712345678", "+262692123456", "+596696123456", "+590690123456"])
def test_french_mobiles_may_receive_a_code(number: str) -> None:
    assert french_mobile(number) == number


@pytest.mark.parametrize(
    "number", ["+33475123456", "+3361234567", "+33899123456", "+447911123456", "+21361234567", "0612345678", "+33 6"]
)
def test_other_numbers_may_not(number: str) -> None:
    with pytest.raises(PhoneNotFrench):
        french_mobile(number)


@pytest.mark.parametrize("nothing", [None, ""])
def test_no_number_is_said_to_be_missing(nothing: str | None) -> None:
    with pytest.raises(PhoneMissing):
        french_mobile(nothing)


def test_a_number_is_shown_by_its_ends() -> None:
    assert masked("+33639980071") == "06 •• •• •• 71"
    assert masked("+262692123456") == "06 •• •• •• 56"

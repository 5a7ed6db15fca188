"""The code: six digits that any value can be, bound to one request, number and PDF, and written in one SMS."""

import base64
import string
from dataclasses import replace
from uuid import UUID

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from services.signature.domain.link import link_hash, session_hash
from services.signature.domain.message import hidden, sms_text
from services.signature.domain.otp import Binding, keyed_hash, matches
from services.signature.domain.phone import allowed_mobile
from services.signature.domain.rules import PhoneMissing, PhoneNotFrench
from shared.security.onetime import new_code, new_token, phone_mark
from shared.sms.phones import masked, prefixes_of
from shared.sms.receipts import receipts_key
from shared.sms.text import Alphabet, Size, measure
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


LINK = SecretStr("https://signature.valdexemple.example/s?" + "x" * 22)


@given(st.integers(0, 999_999), st.integers(1, 9_999), st.binary(min_size=32, max_size=32))
def test_with_a_link_it_still_takes_one_segment(code: int, numero: int, digest: bytes) -> None:
    text = sms_text(SecretStr(f"{code:06d}"), numero, digest.hex(), LINK).get_secret_value()

    assert measure(text) == Size(Alphabet.GSM_7, len(text), 1)
    assert text.endswith(" " + LINK.get_secret_value())
    assert all(said in text for said in (f"{code:06d}", f"no {numero}", digest.hex()[:8].upper(), "signer"))


def test_a_short_address_leaves_room_for_the_full_text_and_a_long_one_takes_two_segments() -> None:
    code = SecretStr("042137")
    short = sms_text(code, 2, DOCUMENT.sha256, SecretStr("https://s.fr/s?" + "x" * 18)).get_secret_value()
    long = sms_text(code, 2, DOCUMENT.sha256, SecretStr("https://" + "long" * 20)).get_secret_value()

    assert "contrat d'engagements" in short
    assert (measure(short).segments, measure(long).segments) == (1, 2)


def test_the_evidence_keeps_what_was_said_without_its_secrets() -> None:
    code, token = SecretStr("042137"), new_token()
    said = sms_text(code, 2, DOCUMENT.sha256, SecretStr(f"https://s.fr/s?{token.get_secret_value()}"))
    shown = hidden(said, code, token)

    assert shown.startswith("Code ······ pour signer")
    assert shown.endswith("https://s.fr/s?······")
    assert hidden(sms_text(code, 2, DOCUMENT.sha256), code, None).count("······") == 1


def test_a_links_token_has_128_bits_and_opens_nothing_as_a_session() -> None:
    tokens = {new_token().get_secret_value() for _ in range(500)}

    assert len(tokens) == 500
    assert all(len(base64.urlsafe_b64decode(token + "==")) == 16 for token in tokens)
    assert measure("".join(tokens)).alphabet is Alphabet.GSM_7
    token = new_token()
    assert link_hash(PEPPER, token) != session_hash(PEPPER, token)
    assert link_hash(PEPPER, token) != link_hash(b"another pepper of thirty-two bytes", token)


def test_each_provider_brings_its_receipts_under_a_key_of_its_own() -> None:
    assert len({receipts_key(PEPPER, "ovh"), receipts_key(PEPPER, "http"), receipts_key(b"x" * 32, "ovh")}) == 3


OVERSEAS = [("+508", "+508551234"), ("+681", "+681821234"), ("+687", "+687751234"), ("+689", "+68987123456")]


@pytest.mark.parametrize(("prefix", "number"), [*OVERSEAS, ("+32", "+32470123456")])
def test_other_numbers_are_allowed_by_their_prefix_alone(prefix: str, number: str) -> None:
    with pytest.raises(PhoneNotFrench):
        allowed_mobile(number)
    assert allowed_mobile(number, prefixes_of(f"+33, {prefix}")) == number


@pytest.mark.parametrize(("prefix", "number"), OVERSEAS)
def test_the_ranges_of_mobiles_are_those_of_the_numbering_plans(prefix: str, number: str) -> None:
    assert phonenumbers.number_type(phonenumbers.parse(number)) == phonenumbers.PhoneNumberType.MOBILE


@pytest.mark.parametrize("number", ["+508411234", "+681401234", "+687301234", "+68940412345"])
def test_landlines_overseas_get_no_code(number: str) -> None:
    with pytest.raises(PhoneNotFrench):
        allowed_mobile(number, {"+508", "+681", "+687", "+689"})


def test_a_departement_can_allow_metropolitan_numbers_alone() -> None:
    assert allowed_mobile(PHONE, {"+33"}) == PHONE
    with pytest.raises(PhoneNotFrench):
        allowed_mobile("+262692123456", {"+33"})


@pytest.mark.parametrize("listed", ["", " , ", "33", "+0", "+33;+262", "+33a", "+33123"])
def test_what_is_no_list_of_prefixes_is_refused(listed: str) -> None:
    with pytest.raises(ValueError, match="prefixes"):
        prefixes_of(listed)


@pytest.mark.parametrize("number", ["+33612345678", "+33712345678", "+262692123456", "+596696123456", "+590690123456"])
def test_french_mobiles_may_receive_a_code(number: str) -> None:
    assert allowed_mobile(number) == number


@pytest.mark.parametrize(
    "number", ["+33475123456", "+3361234567", "+33899123456", "+447911123456", "+21361234567", "0612345678", "+33 6"]
)
def test_other_numbers_may_not(number: str) -> None:
    with pytest.raises(PhoneNotFrench):
        allowed_mobile(number)


@pytest.mark.parametrize("nothing", [None, ""])
def test_no_number_is_said_to_be_missing(nothing: str | None) -> None:
    with pytest.raises(PhoneMissing):
        allowed_mobile(nothing)


def test_a_number_is_shown_by_its_ends() -> None:
    assert masked("+33639980071") == "06 •• •• •• 71"
    assert masked("+262692123456") == "06 •• •• •• 56"
    assert masked("+687751234") == "75 •• •• •• 34"
    assert masked("+32470123456") == "04 •• •• •• 56"

"""What links, sessions and codes of a remise are made of."""

import re

from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from services.notifications.domain.remise.model import Binding, RemiseLinks, sms_text
from shared.kernel.ids import new_id
from shared.security.onetime import new_code
from shared.sms.text import Alphabet, measure
from tests.builders.events import MESSAGE_ID

PEPPER = b"a pepper of the tests, thirty-two bytes."
LINKS = RemiseLinks(PEPPER, "https://messages.example.org")
PHONE = "+33639980001"


@given(st.integers(0, 10**6 - 1), st.integers(1, 9999))
def test_the_sms_of_a_code_is_one_segment(code: int, numero: int) -> None:
    size = measure(sms_text(SecretStr(f"{code:06d}"), numero).get_secret_value())
    assert (size.alphabet, size.segments) == (Alphabet.GSM_7, 1)


def test_a_link_is_always_the_same_and_without_the_pepper_nobody_finds_it() -> None:
    address = LINKS.address(MESSAGE_ID)
    assert re.fullmatch(r"https://messages\.example\.org/r\?[A-Za-z0-9_-]{22}", address)
    assert address == RemiseLinks(PEPPER, LINKS.public_url).address(MESSAGE_ID)
    other = RemiseLinks(b"another pepper of thirty-two bytes", LINKS.public_url)
    assert len({LINKS.address(MESSAGE_ID), LINKS.address(new_id()), other.address(MESSAGE_ID)}) == 3
    assert PEPPER.decode() not in repr(LINKS)


def test_a_links_token_opens_no_session_and_a_session_no_link() -> None:
    token, code_id = LINKS.token(MESSAGE_ID), new_id()
    sessions = [LINKS.session(code_id, "nonce"), LINKS.session(code_id, "another"), LINKS.session(new_id(), "nonce")]
    hashes = {LINKS.hashed(token), LINKS.session_hashed(token), *(LINKS.session_hashed(one) for one in sessions)}
    assert len(hashes) == 5
    assert token.get_secret_value() not in repr((token, LINKS.hashed(token)))


def test_a_code_is_bound_to_its_remise_its_number_and_its_pdf() -> None:
    code, bound = new_code(), Binding(MESSAGE_ID, PHONE, "a" * 64)
    others = (Binding(new_id(), PHONE, "a" * 64), Binding(MESSAGE_ID, "+33639980002", "a" * 64))
    hashes = {one.hashed(PEPPER, code) for one in (bound, *others, Binding(MESSAGE_ID, PHONE, "b" * 64))}
    assert len(hashes) == 4
    assert bound.hashed(b"another pepper of thirty-two bytes", code) not in hashes
    assert PHONE not in repr(bound)

"""Download links: one document, one agent, some minutes; whatever else is refused by name."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.documents.domain.links import LinkExpired, LinkForged, LinkOfAnother, Links, NoLinkKey

NOW = datetime(2026, 3, 2, 9, 0, 0, 500_000, tzinfo=UTC)
DOCUMENT = UUID("0195b000-0000-7000-8000-000000000001")
OLD, NEW = {"a": b"a" * 32}, {"a": b"a" * 32, "b": b"b" * 32}
LINKS = Links(NEW, timedelta(minutes=5))
TOKEN, UNTIL = LINKS.make(DOCUMENT, "agent-1", NOW)


def test_it_opens_its_document_until_it_expires() -> None:
    assert datetime(2026, 3, 2, 9, 5, tzinfo=UTC) == UNTIL
    assert LINKS.check(TOKEN, "agent-1", UNTIL - timedelta(microseconds=1)) == DOCUMENT
    with pytest.raises(LinkExpired):
        LINKS.check(TOKEN, "agent-1", UNTIL)


def test_it_is_of_one_agent() -> None:
    with pytest.raises(LinkOfAnother):
        LINKS.check(TOKEN, "agent-2", NOW)


@given(st.integers(0, len(TOKEN) - 1), st.sampled_from("ABCxyz019-_"))
def test_one_sign_changed_is_a_forgery(place: int, sign: str) -> None:
    changed = TOKEN[:place] + sign + TOKEN[place + 1 :]
    if changed != TOKEN:
        with pytest.raises(LinkForged):
            LINKS.check(changed, "agent-1", NOW)


@given(st.text(max_size=150))
def test_anything_else_is_a_forgery(text: str) -> None:
    with pytest.raises(LinkForged):
        LINKS.check(text, "agent-1", NOW)


def test_a_longer_life_cannot_be_written_into_it() -> None:
    packed = bytearray(urlsafe_b64decode(TOKEN + "=" * (-len(TOKEN) % 4)))
    packed[40] += 1
    with pytest.raises(LinkForged):
        LINKS.check(urlsafe_b64encode(packed).decode().rstrip("="), "agent-1", NOW)


def test_a_key_that_was_replaced_still_checks_and_one_that_is_gone_does_not() -> None:
    token, _ = Links(OLD, timedelta(minutes=5)).make(DOCUMENT, "agent-1", NOW)
    assert LINKS.check(token, "agent-1", NOW) == DOCUMENT
    with pytest.raises(LinkForged):
        Links({"b": NEW["b"]}, timedelta(minutes=5)).check(token, "agent-1", NOW)


def test_without_a_key_none_is_made_and_none_is_believed() -> None:
    with pytest.raises(NoLinkKey):
        Links({}, timedelta(minutes=5)).make(DOCUMENT, "agent-1", NOW)
    with pytest.raises(LinkForged):
        Links({}, timedelta(minutes=5)).check(TOKEN, "agent-1", NOW)

"""What Yousign is told of a person, when it is asked again, whose webhooks are believed, what its answers mean."""

import hashlib
import hmac
from collections.abc import AsyncIterator, Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from services.signature.adapters.yousign.api import YousignApi
from services.signature.adapters.yousign.asking import LARGEST_FILE, Asking
from services.signature.application.commands.yousign.hearing import is_genuine
from services.signature.application.ports import (
    ProviderAwayError,
    ProviderLostError,
    ProviderRefusedError,
    SignedFileError,
)
from services.signature.domain.states import State
from services.signature.domain.values import Provider
from services.signature.domain.yousign.refusals import MailMissing, NameNotTaken
from services.signature.domain.yousign.remote import RemoteStatus
from services.signature.domain.yousign.request import LATEST, SOONEST, entrust, pace
from services.signature.domain.yousign.signer import signer_of
from shared.kernel.clock import FixedClock
from shared.kernel.errors import ImpossibleMove
from tests.builders.events import identity
from tests.builders.signature import NOW, in_state, prepared
from tests.fixtures.yousign.server import _NAME

Answering = Callable[[httpx.Request], httpx.Response]


def api(answer: Answering | httpx.Response, clock: FixedClock | None = None) -> YousignApi:
    """The adapter, before something that answers so."""
    handler: Answering = answer if callable(answer) else lambda _: answer
    asking = Asking(
        "https://yousign.test/v3", SecretStr("key"), clock or FixedClock(NOW), 1.0, httpx.MockTransport(handler)
    )
    return YousignApi(asking)


@pytest.mark.parametrize(
    ("written", "taken"),
    [
        ("Jeanne", "Jeanne"),
        ("Éloïse-Marie", "Éloïse-Marie"),
        ("D’Artagnan", "D'Artagnan"),
        ("M. Jean", "M Jean"),
        ("Nguyễn Thị", "Nguyen Thi"),
        ("Ðorđe", "Dorđe"),
        ("Þóra", "Thóra"),
        ("  Anne   Lise ", "Anne Lise"),
        ("Ș̦tefan", "Ștefan"),
        ("Zoé\u2011Lou", "Zoé-Lou"),
    ],
)
def test_a_name_is_written_as_yousign_takes_it(written: str, taken: str) -> None:
    assert signer_of(identity(prenom=written), "").first_name == taken


@pytest.mark.parametrize("name", ["Йоанна", "محمد", "---", "…", "王"])
def test_a_name_that_yousign_cannot_write_is_refused(name: str) -> None:
    with pytest.raises(NameNotTaken):
        signer_of(identity(nom_naissance=name), "")


@given(st.text(max_size=80))
def test_whatever_the_name_yousigns_pattern_takes_what_is_sent(name: str) -> None:
    try:
        taken = signer_of(identity(prenom=name), "").first_name
    except NameNotTaken:
        return
    assert _NAME.match(taken)


def test_without_any_mail_nobody_signs_there() -> None:
    with pytest.raises(MailMissing):
        signer_of(identity(mail=None), "")
    with pytest.raises(MailMissing):
        signer_of(identity(mail="a" * 101), "signature@example.org")
    assert signer_of(identity(mail=None), "signature@example.org").mail == "signature@example.org"


def test_a_request_that_is_handed_over_is_not_open_yet() -> None:
    request = prepared()

    assert entrust(request, identity(), "", NOW) == []
    assert (request.provider, request.state, request.expires_at) == (Provider.YOUSIGN, State.PREPARED, None)
    assert [step.verb for step in request.steps] == ["entrust"]


def test_a_request_that_cannot_be_signed_there_ends_at_once() -> None:
    request = prepared()

    (told,) = entrust(request, identity(mail=None), "", NOW)
    assert (told.name(), request.ended_because) == ("SignatureFailed", "mail-missing")


@pytest.mark.parametrize("state", [State.READ, State.CODE_SENT, State.REFUSED, State.VOIDED, State.COMPLETED])
def test_only_an_open_request_is_signed_elsewhere(state: State) -> None:
    with pytest.raises(ImpossibleMove):
        in_state(state).sign_elsewhere(NOW, NOW)


@given(st.integers(min_value=0, max_value=86_400))
def test_it_is_looked_at_often_at_first_and_never_past_its_end(age: int) -> None:
    now, until = NOW + timedelta(seconds=age), NOW + timedelta(hours=24)

    wait = pace(NOW, now, until)
    assert timedelta(seconds=1) <= wait <= LATEST
    assert wait >= min(SOONEST, max(until - now, timedelta(seconds=1)))
    assert now + wait <= until + timedelta(seconds=1)


@given(st.binary(max_size=200), st.binary(min_size=1, max_size=64), st.text(max_size=90))
def test_only_the_hmac_of_the_very_bytes_is_believed(body: bytes, secret: bytes, other: str) -> None:
    right = "sha256=" + hmac.new(secret, body, hashlib.sha256).hexdigest()

    assert is_genuine(secret, body, right)
    assert is_genuine(secret, body, other) is (other == right)
    assert not is_genuine(secret, body + b" ", right)


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, ProviderRefusedError),
        (401, ProviderRefusedError),
        (403, ProviderRefusedError),
        (404, ProviderLostError),
        (409, ProviderRefusedError),
        (410, ProviderLostError),
        (408, ProviderAwayError),
        (429, ProviderAwayError),
        (302, ProviderAwayError),
        (500, ProviderAwayError),
        (503, ProviderAwayError),
    ],
)
async def test_each_status_means_one_thing(status: int, error: type[Exception]) -> None:
    with pytest.raises(error) as raised:
        await api(httpx.Response(status, json={"type": "x", "detail": "of Jeanne Essai"})).read("one")
    assert type(raised.value) is error
    assert "Jeanne" not in str(raised.value)


@pytest.mark.parametrize(
    "body", ["", "null", "[]", "{", '{"id": 1}', '{"id": "a"}', '{"id": "a", "status": 7}', "[" * 5000]
)
async def test_an_answer_that_makes_no_sense_is_none(body: str) -> None:
    with pytest.raises(ProviderAwayError):
        await api(httpx.Response(200, text=body)).read("one")


@pytest.mark.parametrize(("said", "waited"), [("7", 7), ("", 60), ("soon", 60), ("99999999", 3600)])
async def test_too_many_calls_hold_the_next_ones_back(said: str, waited: int) -> None:
    clock, asked = FixedClock(NOW), []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        return httpx.Response(429, headers={"RateLimit-Reset": said})

    limited = api(answer, clock)
    for _ in range(2):
        with pytest.raises(ProviderAwayError) as away:
            await limited.read("one")
        assert away.value.retry_after == timedelta(seconds=waited)
    assert len(asked) == 1
    clock.instant += timedelta(seconds=waited)
    with pytest.raises(ProviderAwayError):
        await limited.read("one")
    assert len(asked) == 2


async def test_a_status_of_tomorrow_is_neither_signed_nor_ended() -> None:
    found = await api(httpx.Response(200, json={"id": "one", "status": "archived"})).read("one")

    assert found.status is RemoteStatus.UNHEARD
    assert not found.status.under_way


async def test_a_reason_is_bounded_and_can_be_stored() -> None:
    told: dict[str, Any] = {"id": "one", "status": "declined", "decline_information": {"reason": "é\x00" * 5000}}
    found = await api(httpx.Response(200, json=told)).read("one")

    assert found.reason == "é" * 2000
    assert "é" not in repr(found)


async def test_an_identifier_stays_within_its_part_of_the_address() -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.raw_path.decode())
        return httpx.Response(404)

    with pytest.raises(ProviderLostError):
        await api(answer).read("../users?x=1")
    assert asked == ["/v3/signature_requests/..%2Fusers%3Fx%3D1"]


async def test_a_file_that_is_larger_than_any_is_not_read_to_its_end() -> None:
    read: list[int] = []

    async def endless() -> AsyncIterator[bytes]:
        while True:
            read.append(1)
            yield b"%" * 1024 * 1024

    with pytest.raises(SignedFileError):
        await api(httpx.Response(200, content=endless())).signed_file("one", "document")
    assert len(read) == LARGEST_FILE // (1024 * 1024) + 1


async def test_a_date_without_its_zone_is_no_time_of_signing() -> None:
    with pytest.raises(ProviderAwayError):
        await api(httpx.Response(200, json={"id": "s", "signed_at": "2026-03-12T09:33:00"})).signer("one", "s")
    found = await api(httpx.Response(200, json={"id": "s", "signed_at": "2026-03-12T10:33:00+01:00"})).signer("o", "s")
    assert found.signed_at == datetime(2026, 3, 12, 9, 33, tzinfo=UTC)


async def test_the_last_day_is_a_date_of_paris() -> None:
    given_bodies: list[bytes] = []

    def answer(request: httpx.Request) -> httpx.Response:
        given_bodies.append(request.content)
        return httpx.Response(201, json={"id": "one", "status": "draft"})

    await api(answer).create("reference", "CER 2", date(2026, 3, 13))
    assert b'"expiration_date":"2026-03-13"' in given_bodies[0]

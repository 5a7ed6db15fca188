"""The SMS gateway's answers, and the images of pages."""

import json
from collections.abc import Callable
from io import BytesIO

import httpx
import pytest
from PIL import Image
from pydantic import SecretStr

from services.signature.adapters.pages import PdfiumPages
from services.signature.adapters.sms import HttpSmsGateway
from services.signature.application.ports import SmsOutcome
from services.signature.domain.otp import SmsStatus
from tests.builders.signature import PHONE, pdf

Answer = Callable[[httpx.Request], httpx.Response]


def _raising(error: type[httpx.TransportError]) -> Answer:
    def answer(request: httpx.Request) -> httpx.Response:
        raise error("away", request=request)

    return answer


async def _send(answer: Answer) -> SmsOutcome:
    gateway = HttpSmsGateway("http://sms.test/", 1.0, httpx.MockTransport(answer))
    try:
        return await gateway.send(PHONE, SecretStr("Code 042137"), "reference-1")
    finally:
        await gateway.close()


async def test_an_accepted_sms_brings_the_providers_receipt() -> None:
    asked: list[httpx.Request] = []

    def accept(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(202, json={"id": "sms-81"})

    assert await _send(accept) == SmsOutcome(SmsStatus.SENT, "sms-81")
    assert str(asked[0].url) == "http://sms.test/sms"
    assert json.loads(asked[0].content) == {"to": PHONE, "text": "Code 042137", "reference": "reference-1"}


@pytest.mark.parametrize("body", [b"", b"[]", b'"ok"', b"{}", b"not json"])
async def test_an_accepted_sms_is_sent_whatever_the_receipt_looks_like(body: bytes) -> None:
    assert await _send(lambda _: httpx.Response(202, content=body)) == SmsOutcome(SmsStatus.SENT, None)


@pytest.mark.parametrize(
    "answer",
    [
        _raising(httpx.ConnectError),
        _raising(httpx.ConnectTimeout),
        lambda _: httpx.Response(400),
        lambda _: httpx.Response(429),
    ],
    ids=["nobody listens", "no connection in time", "refused", "too many"],
)
async def test_what_surely_did_not_leave_has_failed(answer: Answer) -> None:
    assert (await _send(answer)).status is SmsStatus.FAILED


@pytest.mark.parametrize(
    "answer",
    [
        _raising(httpx.ReadTimeout),
        _raising(httpx.RemoteProtocolError),
        _raising(httpx.ReadError),
        lambda _: httpx.Response(500),
        lambda _: httpx.Response(503),
        lambda _: httpx.Response(200),
    ],
    ids=["no answer", "cut off", "broken", "error", "away", "unforeseen"],
)
async def test_what_may_have_left_is_unknown(answer: Answer) -> None:
    assert (await _send(answer)).status is SmsStatus.UNKNOWN


async def test_a_page_becomes_an_image_of_its_own() -> None:
    pages = PdfiumPages()
    first, last = await pages.png(pdf(), 1), await pages.png(pdf(), 3)
    pages.close()

    assert first != last
    with Image.open(BytesIO(first)) as image:
        assert image.format == "PNG"
        assert image.height > image.width > 1000

"""A provider described by a file, on a real socket: what each answer, silence or nonsense means."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

import pytest
from pydantic import SecretStr, ValidationError

from shared.kernel.clock import FixedClock
from shared.sms.chain import SmsChain
from shared.sms.described import DescribedSms, Description, emulator
from shared.sms.outcome import Delivery, SmsFault, SmsOutcome, SmsStatus
from tests.fixtures.sms_provider import DRIPPING, DROPPING, GARBAGE, SILENT, Answer, SmsProvider, sms_provider

pytestmark = pytest.mark.integration

NOW = datetime(2026, 3, 12, 9, 30, tzinfo=UTC)
TO, TEXT = "+33639980001", SecretStr("Code 042137, {to}")
FAILED, UNKNOWN, SENT = SmsStatus.FAILED, SmsStatus.UNKNOWN, SmsStatus.SENT


def sends(description: Description, clock: FixedClock | None = None, timeout_seconds: float = 10.0) -> DescribedSms:
    return DescribedSms(description, clock or FixedClock(NOW), timeout_seconds)


def patience(behaviour: Any) -> float:
    """No longer than it takes where no answer comes."""
    return 1.0 if behaviour in (SILENT, DRIPPING) else 10.0


def described(provider: SmsProvider, **changes: Any) -> Description:
    """As an integrator writes it."""
    given: dict[str, Any] = {
        "url": f"{provider.url}/v1/messages",
        "headers": {"Authorization": "Bearer key-9"},
        "body": {"messages": [{"recipient": "{to}", "content": "{text}"}], "ref": "{reference}", "flash": False},
        "number": "digits",
        "accepted": {"status": [200], "where": "messages.0.status", "equals": ["queued"]},
        "identifier": "messages.0.id",
        "faults": {"where": "error.code", "kinds": {"bad_recipient": "number", "no_funds": "quota", "418": "number"}},
        "receipts": {
            "url": f"{provider.url}/v1/messages/{{id}}",
            "identifier": "id",
            "reference": "ref",
            "where": "status",
            "states": {
                "delivered": "delivered",
                "undeliverable": "failed",
                "no-such-number": "failed",
                "sent": "accepted",
            },
            "unreachable": ["no-such-number"],
        },
    }
    return Description.model_validate(given | changes)


@pytest.fixture
async def provider() -> AsyncIterator[SmsProvider]:
    async with sms_provider() as listening:
        yield listening


async def outcome(sender: DescribedSms) -> SmsOutcome:
    try:
        return await sender.send(TO, TEXT, "reference-1")
    finally:
        await sender.close()


async def test_what_is_sent_is_what_the_file_describes(provider: SmsProvider) -> None:
    provider.behaves = Answer(200, {"messages": [{"id": 81, "status": "queued"}]})

    assert await outcome(sends(described(provider))) == SmsOutcome(SENT, "81")
    (asked,) = provider.asked
    assert (asked.method, asked.path, asked.headers["authorization"]) == ("POST", "/v1/messages", "Bearer key-9")
    message = {"recipient": "33639980001", "content": "Code 042137, {to}"}
    assert asked.json == {"messages": [message], "ref": "reference-1", "flash": False}


@pytest.mark.parametrize("encoding", ["form", "query"])
async def test_a_form_or_an_address_can_carry_it(provider: SmsProvider, encoding: str) -> None:
    by = {"encoding": encoding, "body": {"to": "{to}", "msg": "{text}"}, "number": "00", "accepted": {}}
    provider.behaves = Answer(200, {})
    await outcome(sends(described(provider, **by)))

    (asked,) = provider.asked
    carried = asked.body.decode() if encoding == "form" else asked.path.partition("?")[2]
    assert parse_qs(carried) == {"to": ["0033639980001"], "msg": ["Code 042137, {to}"]}


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (Answer(200, {"messages": [{"status": "rejected"}], "error": {"code": "bad_recipient"}}), SmsFault.NUMBER),
        (Answer(200, {"messages": [{"status": "rejected"}]}), SmsFault.REFUSED),
        (Answer(400, {"error": {"code": "no_funds"}}), SmsFault.QUOTA),
        (Answer(400, b"<html>"), SmsFault.REFUSED),
        (Answer(401, {}), SmsFault.CREDENTIALS),
        (Answer(402, {}), SmsFault.QUOTA),
        (Answer(403, {}), SmsFault.CREDENTIALS),
        (Answer(418, {"error": "flat"}), SmsFault.NUMBER),
        (Answer(429, {}), SmsFault.RATE_LIMITED),
    ],
)
async def test_a_no_is_a_failure_of_its_kind(provider: SmsProvider, answer: Answer, expected: SmsFault) -> None:
    provider.behaves = answer

    assert await outcome(sends(described(provider))) == SmsOutcome(FAILED, fault=expected)


@pytest.mark.parametrize(
    "behaviour",
    [
        SILENT,
        DRIPPING,
        DROPPING,
        GARBAGE,
        Answer(500, {}),
        Answer(502, b""),
        Answer(503, {}),
        Answer(408, {}),
        Answer(302, {}, {"location": "http://127.0.0.1:9/"}),
        Answer(204, b""),
        Answer(200, b"not json"),
        Answer(200, b"[" * 100_000),
        Answer(200, {"messages": []}),
        Answer(200, {"messages": [{"status": {"odd": 1}}]}),
    ],
    ids=str,
)
async def test_what_may_have_left_is_unknown_and_was_asked_once(provider: SmsProvider, behaviour: Any) -> None:
    provider.behaves = behaviour

    sender = sends(described(provider), timeout_seconds=patience(behaviour))
    assert await outcome(sender) == SmsOutcome(UNKNOWN, fault=SmsFault.LOST)
    assert len(provider.sms) == 1


async def test_nobody_there_means_nothing_has_left() -> None:
    assert await outcome(sends(emulator("http://127.0.0.1:9"))) == SmsOutcome(FAILED, fault=SmsFault.UNAVAILABLE)


@pytest.mark.parametrize("body", [b"", b"[]", b'"ok"', b"{}", b"not json", b'{"id": null}', b'{"id": {}}'])
async def test_an_accepted_sms_is_sent_whatever_its_id_looks_like(provider: SmsProvider, body: bytes) -> None:
    provider.behaves = Answer(202, body)

    assert await outcome(sends(emulator(provider.url))) == SmsOutcome(SENT, None)


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("30", 30),
        ("Thu, 12 Mar 2026 09:31:00 GMT", 60),
        ("86400", 3600),
        ("0", None),
        ("soon", None),
        ("-5", None),
        ("Thu, 12 Mar 2020 09:31:00 GMT", None),
    ],
)
async def test_the_time_to_wait_is_read_and_bounded(provider: SmsProvider, said: str, seconds: int | None) -> None:
    provider.behaves = Answer(429, {}, {"retry-after": said})
    found = await outcome(sends(described(provider)))

    assert found.retry_after == (None if seconds is None else timedelta(seconds=seconds))


async def test_a_provider_that_asked_for_time_is_left_alone_until_then(provider: SmsProvider) -> None:
    clock = FixedClock(NOW)
    chain = SmsChain([sends(emulator(provider.url), clock)], clock)
    provider.behaves = Answer(429, {}, {"retry-after": "30"})
    await chain.send(TO, TEXT, "1")
    provider.behaves = Answer()

    clock.instant += timedelta(seconds=29)
    held = await chain.send(TO, TEXT, "2")
    assert (held.status, held.fault, held.retry_after) == (FAILED, SmsFault.RATE_LIMITED, timedelta(seconds=1))
    assert len(provider.sms) == 1
    clock.instant += timedelta(seconds=1)
    assert (await chain.send(TO, TEXT, "3")).status is SENT
    await chain.close()


@pytest.mark.parametrize(
    ("first", "sent_by", "status"),
    [
        (Answer(401, {}), "second", SENT),
        (Answer(402, {}), "second", SENT),
        (Answer(429, {}, {"retry-after": "30"}), "second", SENT),
        (Answer(422, {}), None, FAILED),
        (Answer(500, {}), None, UNKNOWN),
        (SILENT, None, UNKNOWN),
        (DROPPING, None, UNKNOWN),
        (Answer(202, {"id": "1"}), "emulator", SENT),
    ],
    ids=str,
)
async def test_the_second_provider_is_asked_only_when_the_first_surely_did_not_take_it(
    provider: SmsProvider, first: Any, sent_by: str | None, status: SmsStatus
) -> None:
    provider.behaves = first
    clock = FixedClock(NOW)
    async with sms_provider() as other:
        second = described(other, name="second", accepted={}, identifier="id")
        one = sends(emulator(provider.url), timeout_seconds=patience(first))
        chain = SmsChain([one, sends(second)], clock)
        found = await chain.send(TO, TEXT, "reference")
        await chain.close()

        assert found.status is status
        assert len(other.sms) == (1 if sent_by == "second" else 0)
        assert sent_by is None or found.provider == sent_by


async def test_the_second_takes_over_when_nobody_answers_for_the_first(provider: SmsProvider) -> None:
    chain = SmsChain(
        [sends(described(SmsProvider("http://127.0.0.1:9"))), sends(emulator(provider.url))], FixedClock(NOW)
    )
    found = await chain.send(TO, TEXT, "reference")
    await chain.close()

    assert (found.status, found.provider, found.receipt) == (SENT, "emulator", "sms-1")


async def test_a_receipt_is_asked_for_by_the_providers_id(provider: SmsProvider) -> None:
    sender = sends(described(provider))
    provider.behaves = Answer(200, {"status": "undeliverable"})
    found = await sender.receipt("a/b")

    assert found is not None
    assert (found.state, found.said, found.id) == (Delivery.FAILED, "undeliverable", "a/b")
    assert provider.asked[0].path == "/v1/messages/a%2Fb"
    for nothing in (Answer(404, {}), Answer(200, b"odd"), DROPPING):
        provider.behaves = nothing
        assert await sender.receipt("81") is None
    await sender.close()


async def test_a_receipt_that_comes_by_itself_is_read_by_the_same_words(provider: SmsProvider) -> None:
    sender = sends(described(provider))
    told = sender.told({"id": "81", "ref": "reference-1", "status": "delivered", "more": "x"})

    assert told is not None
    assert (told.state, told.id, told.reference) == (Delivery.DELIVERED, "81", "reference-1")
    assert sender.told({"status": "delivered"}) is None
    assert sender.told({"id": "81"}) is None
    nobody, off = (sender.told({"id": "81", "status": said}) for said in ("no-such-number", "undeliverable"))
    assert nobody is not None
    assert off is not None
    assert (nobody.state, nobody.unreachable) == (Delivery.FAILED, True)
    assert (off.state, off.unreachable) == (Delivery.FAILED, False)
    unheard = sender.told({"id": "81", "status": "telepathy"})
    assert unheard is not None
    assert unheard.state is Delivery.UNKNOWN
    await sender.close()


def test_a_wrong_file_is_refused_without_repeating_its_secrets() -> None:
    with pytest.raises(ValidationError) as refusal:
        Description.model_validate_json(
            '{"url": "http://x", "headers": {"Authorization": "key-9"}, "surplus": "key-9"}'
        )
    assert "key-9" not in str(refusal.value)
    assert "key-9" not in repr(described(SmsProvider("http://x")))

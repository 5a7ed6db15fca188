"""OVH's API, emulated from its documentation on a real socket: it checks each signature and second by itself."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import SecretStr

from shared.kernel.clock import FixedClock
from shared.sms.outcome import Delivery, Receipt, SmsFault, SmsOutcome, SmsStatus
from shared.sms.ovh import OvhAccount, OvhSms
from tests.fixtures.sms_provider import DROPPING, SILENT, Answer, Asked, Behaviour, OvhApi, SmsProvider, sms_provider

pytestmark = pytest.mark.integration

NOW = datetime(2026, 3, 12, 9, 30, tzinfo=UTC)
TO = "+33639980001"
# OVH's clock is not ours.
SLOW = 437


class Ovh:
    """The adapter before the emulated API."""

    def __init__(self, listening: SmsProvider, timeout_seconds: float = 10.0) -> None:
        self.listening, self.clock = listening, FixedClock(NOW)
        self.api = OvhApi("app-secret", "consumer-key", int(NOW.timestamp()) - SLOW, listening.url)
        listening.behaves = self.api
        account = OvhAccount(
            application_key=SecretStr("app-key"),
            application_secret=SecretStr("app-secret"),
            consumer_key=SecretStr("consumer-key"),
            service="sms-ab1234-1",
            sender="CERTEST",
            url=f"{listening.url}/1.0",
        )
        self.sms = OvhSms(account, self.clock, timeout_seconds)

    async def send(self, text: str = "Code 042137 à l'été") -> SmsOutcome:
        return await self.sms.send(TO, SecretStr(text), "reference-1")


@pytest.fixture
async def ovh() -> AsyncIterator[Ovh]:
    async with sms_provider() as listening:
        found = Ovh(listening)
        yield found
        await found.sms.close()


async def test_a_job_is_signed_with_ovhs_own_time(ovh: Ovh) -> None:
    assert await ovh.send() == SmsOutcome(SmsStatus.SENT, "2714")

    time, job = ovh.listening.asked
    assert (time.path, job.path) == ("/1.0/auth/time", "/1.0/sms/sms-ab1234-1/jobs")
    assert (job.headers["x-ovh-application"], job.headers["x-ovh-consumer"]) == ("app-key", "consumer-key")
    assert job.headers["x-ovh-timestamp"] == str(int(NOW.timestamp()) - SLOW)
    assert "app-secret" not in str(ovh.listening.asked)
    sent = job.json
    assert (sent["receivers"], sent["message"], sent["sender"]) == ([TO], "Code 042137 à l'été", "CERTEST")
    assert (sent["noStopClause"], sent["validityPeriod"], sent["coding"]) == (True, 10, "7bit")


async def test_a_text_out_of_the_alphabet_is_sent_in_the_other_coding(ovh: Ovh) -> None:
    await ovh.send("être")

    assert ovh.listening.sms[0].json["coding"] == "8bit"


async def test_the_clocks_are_compared_once_an_hour_and_when_a_signature_is_out_of_time(ovh: Ovh) -> None:
    def comparisons() -> int:
        return sum(asked.path == "/1.0/auth/time" for asked in ovh.listening.asked)

    await ovh.send()
    await ovh.send()
    assert comparisons() == 1
    ovh.api.time += 300
    assert (await ovh.send()).status is SmsStatus.SENT
    assert comparisons() == 2
    later = timedelta(hours=1, seconds=1)
    ovh.clock.instant += later
    ovh.api.time += int(later.total_seconds())
    assert (await ovh.send()).status is SmsStatus.SENT
    assert comparisons() == 3


async def test_wrong_keys_are_told_as_such_after_two_signatures_at_most(ovh: Ovh) -> None:
    ovh.api.secret = "another"

    assert (await ovh.send()).status is SmsStatus.FAILED
    assert len(ovh.listening.sms) == 2


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (Answer(403, {"errorCode": "INVALID_CREDENTIAL", "message": "This credential is not valid"}), "credentials"),
        (Answer(403, {"errorCode": "NOT_GRANTED_CALL", "message": "This call has not been granted"}), "credentials"),
        (Answer(402, {"message": "Payment required"}), "quota"),
        (Answer(400, {"message": "Not enough credits on your account"}), "quota"),
        (Answer(429, {"message": "Too many requests"}, {"retry-after": "7"}), "rate-limited"),
        (Answer(404, {"message": "This service does not exist"}), "refused"),
        (Answer(200, {"invalidReceivers": [TO], "validReceivers": [], "ids": []}), "number"),
        (Answer(200, {"invalidReceivers": [], "validReceivers": [], "ids": []}), "number"),
    ],
)
async def test_a_refusal_is_told_by_its_kind_and_nothing_has_left(ovh: Ovh, answer: Answer, fault: str) -> None:
    ovh.api.job = answer
    found = await ovh.send()

    assert (found.status, found.fault) == (SmsStatus.FAILED, SmsFault(fault))
    assert found.retry_after == (timedelta(seconds=7) if fault == "rate-limited" else None)


@pytest.mark.parametrize(
    "behaviour", [SILENT, DROPPING, Answer(500, {}), Answer(503, {}), Answer(200, b"odd"), Answer(200, [])], ids=str
)
async def test_what_ovh_may_have_taken_is_unknown_and_not_sent_again(behaviour: Any) -> None:
    async with sms_provider() as listening:
        ovh = Ovh(listening, 1.0 if behaviour == SILENT else 10.0)
        ovh.api.job = behaviour

        assert await ovh.send() == SmsOutcome(SmsStatus.UNKNOWN, fault=SmsFault.LOST)
        assert len(ovh.listening.sms) == 1
        await ovh.sms.close()


@pytest.mark.parametrize("time", [Answer(500, {}), Answer(200, b"soon"), DROPPING], ids=str)
async def test_without_ovhs_time_nothing_is_sent(ovh: Ovh, time: Behaviour) -> None:
    def away(_: Asked) -> Behaviour:
        return time

    ovh.listening.behaves = away
    assert await ovh.send() == SmsOutcome(SmsStatus.FAILED, fault=SmsFault.UNAVAILABLE)
    assert ovh.listening.sms == []


@pytest.mark.parametrize(
    ("ptt", "state"),
    [
        (1, "pending"),
        (2, "pending"),
        (3, "accepted"),
        (4, "delivered"),
        (5, "failed"),
        (6, "unknown"),
        (23, "failed"),
        (1003, "failed"),
        ("odd", "unknown"),
    ],
)
async def test_receipts_are_read_when_asked_for_and_when_brought(ovh: Ovh, ptt: Any, state: str) -> None:
    ovh.api.outgoing = Answer(200, {"id": 2714, "ptt": ptt, "message": "Code 042137"})
    expected = Receipt("ovh", Delivery(state), f"ptt {ptt}", id="2714", unreachable=ptt == 23)

    assert await ovh.sms.receipt("2714") == expected
    assert ovh.listening.asked[-1].path == "/1.0/sms/sms-ab1234-1/outgoing/2714"
    assert ovh.sms.told({"id": "2714", "ptt": str(ptt), "date": "2026-03-12 10:30:00"}) == expected


async def test_no_receipt_yet_is_none(ovh: Ovh) -> None:
    for nothing in (Answer(404, {}), Answer(200, {"id": 2714}), Answer(200, b"odd"), DROPPING):
        ovh.api.outgoing = nothing
        assert await ovh.sms.receipt("2714") is None
    assert ovh.sms.told({"id": "2714"}) is None

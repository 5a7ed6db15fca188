"""The emulated SMS gateway and our adapter agree, in success and in failure."""

from collections.abc import AsyncIterator, Iterator

import pytest
from pydantic import SecretStr

from deploy.embedded.backing import Backing, start_backing
from shared.kernel.clock import SystemClock
from shared.sms.described import DescribedSms, emulator
from shared.sms.outcome import SmsFault, SmsOutcome, SmsStatus
from tests.builders.signature import PHONE

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def backing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backing]:
    with start_backing(tmp_path_factory.mktemp("sms"), postgres=False, kafka=False, outbox=True) as running:
        yield running


@pytest.fixture
async def gateway(backing: Backing) -> AsyncIterator[DescribedSms]:
    made = DescribedSms(emulator(backing.outbox.url), SystemClock(), timeout_seconds=1.0)
    yield made
    await made.close()


async def test_an_sms_arrives_with_its_reference_and_brings_its_receipt(
    backing: Backing, gateway: DescribedSms
) -> None:
    outcome = await gateway.send(PHONE, SecretStr("Code 042137 pour signer"), "reference-1")

    (sms,) = backing.outbox.messages("sms", PHONE)
    assert outcome.status is SmsStatus.SENT
    assert (sms["id"], sms["text"], sms["reference"]) == (outcome.receipt, "Code 042137 pour signer", "reference-1")


@pytest.mark.parametrize(
    ("fault", "expected", "delivered"),
    [
        ("refuse", SmsOutcome(SmsStatus.FAILED, fault=SmsFault.NUMBER), 0),
        ("timeout", SmsOutcome(SmsStatus.UNKNOWN, fault=SmsFault.LOST), 0),
        ("accept-then-drop", SmsOutcome(SmsStatus.UNKNOWN, fault=SmsFault.LOST), 1),
    ],
)
async def test_what_is_not_known_is_not_sent_twice(
    backing: Backing, gateway: DescribedSms, fault: str, expected: SmsOutcome, delivered: int
) -> None:
    to = f"+3363998123{('refuse', 'timeout', 'accept-then-drop').index(fault)}"
    backing.outbox.faults(sms=fault)
    try:
        outcome = await gateway.send(to, SecretStr("Code 042137"), "reference")
    finally:
        backing.outbox.faults(sms="ok")

    assert outcome == expected
    assert len(backing.outbox.messages("sms", to)) == delivered


async def test_a_gateway_that_is_away_has_sent_nothing() -> None:
    away = DescribedSms(emulator("http://127.0.0.1:9"), SystemClock(), timeout_seconds=1.0)
    try:
        assert (await away.send(PHONE, SecretStr("Code 042137"), "reference")).status is SmsStatus.FAILED
    finally:
        await away.close()

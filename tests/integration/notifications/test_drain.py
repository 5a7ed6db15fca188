"""A backlog drains as fast as each provider wants it, what is urgent first; and whatever a provider does, no event
waits for it. `make once` runs it with 5,000 messages."""

import asyncio
import os
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest
from sqlalchemy import text

from services.notifications.main import IN_HAND, Office, office_of
from shared.events.contracts import CerReturned, CerSubmitted
from shared.events.envelope import Event
from shared.events.headers import cloudevents_headers
from shared.events.signature import SignatureVoided
from shared.kernel.clock import SystemClock
from shared.kernel.ids import new_id
from shared.messaging.provisioning import provision
from shared.runtime.roles import ALL
from tests.builders.notifications import NOW, readable
from tests.fixtures.sms_provider import Answer, Asked, SmsProvider, sms_provider
from tests.fixtures.smtp import HOLD, Provider
from tests.fixtures.topics import produce, until
from tests.integration.notifications.conftest import Notifications, notifications_at

pytestmark = [pytest.mark.integration, pytest.mark.timeout(3600)]

MESSAGES = int(os.environ.get("CER_DRAIN_MESSAGES", "200"))
MAILS_PER_SECOND, SMS_PER_SECOND, LANES = 100.0, 20.0, 4
DIGESTS = 5
HEARD = MESSAGES // 10


@pytest.fixture
async def sms() -> AsyncIterator[SmsProvider]:
    async with sms_provider() as provider:
        yield provider


def office(notifications: Notifications, sms: SmsProvider) -> Office:
    """A site that writes at any hour: time passes here."""
    at_any_hour = {"send_from_hour": 0, "send_until_hour": 24, "send_any_day": True}
    paces = {"mail_per_second": MAILS_PER_SECOND, "sms_per_second": SMS_PER_SECOND}
    site = notifications.settings.model_copy(
        update={**at_any_hour, **paces, "mail_workers": LANES, "sms_workers": LANES, "sms_url": sms.url}
    )
    return office_of(site, notifications.platform, SystemClock(), notifications.app.state.library)


def largest_surplus(moments: Sequence[float], per_second: float) -> float:
    """How many more than this pace allows came in any stretch of time."""
    lowest, surplus = float("inf"), 0.0
    for number, moment in enumerate(moments):
        ahead = number - per_second * moment
        lowest = min(lowest, ahead)
        surplus = max(surplus, ahead - lowest + 1)
    return surplus


async def waiting(notifications: Notifications) -> int:
    """How many messages have not left."""
    async with notifications.database.read() as session:
        return int(await session.scalar(text("SELECT count(*) FROM message WHERE status = 'pending'")) or 0)


async def pile_up(notifications: Notifications) -> int:
    """So many messages that wait, all due: digests, SMS, and mails, whose number is returned."""
    texts, mails = MESSAGES // 10, MESSAGES - DIGESTS - MESSAGES // 10
    heard: list[Event] = [
        readable(notifications.keys, CerSubmitted, cer_id=new_id(), territory=f"T{number}") for number in range(DIGESTS)
    ]
    # One mail to the référent, one SMS to the person.
    heard += [
        readable(notifications.keys, SignatureVoided, mail=None, aggregate_version=number + 2, code="reopened")
        for number in range(texts)
    ]
    heard += [readable(notifications.keys, CerReturned, cer_id=new_id()) for _ in range(mails - texts)]
    for event in heard:
        assert await notifications.hear(event) == "done"
    await notifications.make_due()
    assert await waiting(notifications) == MESSAGES
    return mails


async def drain(notifications: Notifications, working: Office) -> None:
    async def drained() -> bool:
        return not await waiting(notifications)

    running = [asyncio.create_task(worker.run()) for worker in working.workers]
    await until(drained, seconds=1800)
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)
    await working.close()


async def test_a_backlog_drains_at_the_pace_of_each_provider_and_digests_come_last(
    notifications: Notifications, provider: Provider, sms: SmsProvider
) -> None:
    texts: list[float] = []

    def take(_: Asked) -> Answer:
        texts.append(asyncio.get_running_loop().time())
        return Answer(body={"id": str(new_id())})

    sms.behaves = take
    mails = await pile_up(notifications)
    await drain(notifications, office(notifications, sms))

    assert (len(provider.taken), len(texts)) == (mails + DIGESTS, MESSAGES // 10)
    seconds = provider.moments[-1] - provider.moments[0]
    print(f"{len(provider.taken)} mails in {seconds:.1f} s, {len(texts)} SMS in {texts[-1] - texts[0]:.1f} s")
    # A second's worth at once, what lanes had in hand, then the pace.
    assert largest_surplus(provider.moments, MAILS_PER_SECOND) <= MAILS_PER_SECOND + LANES + 1
    assert largest_surplus(texts, SMS_PER_SECOND) <= SMS_PER_SECOND + LANES + 1
    to_service = [place for place, mail in enumerate(provider.taken) if mail["To"] == "insertion@departement.example"]
    # The last mails may still be in hand when the first digest is taken.
    assert len(to_service) == DIGESTS
    assert min(to_service) >= mails - IN_HAND * LANES


def headers_of(event: Event) -> dict[str, bytes]:
    return {name: value.encode() for name, value in cloudevents_headers(event, new_id(), NOW).items()}


@pytest.mark.parametrize("state", ["slow", "down"])
async def test_no_event_waits_for_a_provider(
    service_database_url: str, tmp_path: Path, kafka: str, provider: Provider, state: str
) -> None:
    await provision(kafka, partitions=3)
    provider.answers.extend([HOLD] * HEARD)
    port = provider.port if state == "slow" else 1
    async with notifications_at(service_database_url, tmp_path, kafka, port, ALL) as notifications:
        names = [new_id() for _ in range(HEARD)]
        events = [readable(notifications.keys, CerReturned, cer_id=name) for name in names]
        messages = [(event.key.encode(), event.to_json(notifications.keys), headers_of(event)) for event in events]
        await produce(kafka, CerReturned.topic.name, messages[0])
        if state == "slow":
            await provider.held.wait()
        await produce(kafka, CerReturned.topic.name, *messages[1:])

        async def all_made() -> bool:
            query = "SELECT count(*) FROM message WHERE cer_id = ANY (:names)"
            async with notifications.database.read() as session:
                return int(await session.scalar(text(query), {"names": names}) or 0) == HEARD

        await until(all_made)
        assert provider.taken == []
        assert "delivered" not in {row["status"] for row in await notifications.rows()}

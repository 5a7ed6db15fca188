"""Providers are asked as fast as the site allows, by all replicas together."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import text

from services.notifications.adapters.repository import SqlPacer
from shared.events.contracts import CerReturned, CerSubmitted
from shared.kernel.ids import new_id
from tests.builders.notifications import NOW, readable
from tests.fixtures.smtp import HOLD, Provider
from tests.integration.notifications.conftest import Notifications

pytestmark = pytest.mark.integration


def replica(notifications: Notifications, waits: list[float], rate: float = 4.0) -> SqlPacer:
    """A pacer whose waits are written down, and pass on the clock of the test."""

    async def sleep(seconds: float) -> None:
        waits.append(seconds)
        notifications.clock.instant += timedelta(seconds=seconds)
        await asyncio.sleep(0)

    return SqlPacer(notifications.database, {"smtp": rate}, notifications.clock, sleep)


async def test_replicas_share_one_bucket_and_never_pass_it(notifications: Notifications) -> None:
    waits: list[float] = []
    replicas = [replica(notifications, waits) for _ in range(3)]
    for number in range(24):
        await replicas[number % 3].wait("smtp")
    # One second's worth at once, then four a second.
    passed = (notifications.clock.instant - NOW).total_seconds()
    assert passed == pytest.approx(20 / 4, abs=0.3)
    await asyncio.gather(*(replicas[number % 3].wait("smtp") for number in range(12)))
    assert (notifications.clock.instant - NOW).total_seconds() >= 32 / 4 - 0.01


async def test_a_replica_whose_clock_is_late_gives_nothing_away(notifications: Notifications) -> None:
    waits: list[float] = []
    pacer = replica(notifications, waits)
    for _ in range(4):
        await pacer.wait("smtp")
    notifications.clock.instant -= timedelta(seconds=30)
    late = notifications.clock.instant
    await pacer.wait("smtp")
    # It waits for its own clock to catch up, one short sleep after the other: nothing leaves early.
    assert notifications.clock.instant - late >= timedelta(seconds=30)
    assert max(waits) <= 5.0


async def test_a_provider_without_a_rate_is_not_held_back_and_one_below_one_a_second_is(
    notifications: Notifications,
) -> None:
    waits: list[float] = []
    pacer = replica(notifications, waits, rate=0.5)
    for _ in range(50):
        await pacer.wait("sms")
    assert waits == []
    for _ in range(3):
        await pacer.wait("smtp")
    assert sum(waits) == pytest.approx(4.0, abs=0.1)


async def test_mails_that_leave_at_once_pass_before_digests(notifications: Notifications, provider: Provider) -> None:
    await notifications.hear(readable(notifications.keys, CerSubmitted))
    async with notifications.database.begin() as uow:
        await uow.session.execute(text("UPDATE work SET available_at = now() - interval '1 minute'"))
    for _ in range(3):
        await notifications.hear(readable(notifications.keys, CerReturned, cer_id=new_id()))
    digests = notifications.worker("mail-digest")
    assert not await digests.work_once()
    await notifications.work()
    assert len(provider.taken) == 3
    assert await digests.work_once()
    assert provider.taken[-1]["To"] == "insertion@departement.example"


async def test_a_digest_does_not_wait_for_ever(notifications: Notifications, provider: Provider) -> None:
    await notifications.hear(readable(notifications.keys, CerSubmitted))
    async with notifications.database.begin() as uow:
        await uow.session.execute(text("UPDATE work SET available_at = now() - interval '61 minutes'"))
    await notifications.hear(readable(notifications.keys, CerReturned, cer_id=new_id()))
    assert await notifications.worker("mail-digest").work_once()
    assert [mail["To"] for mail in provider.taken] == ["insertion@departement.example"]


async def test_a_provider_that_answers_nobody_delays_no_event(notifications: Notifications, provider: Provider) -> None:
    provider.answers.append(HOLD)
    await notifications.hear(readable(notifications.keys, CerReturned, cer_id=new_id()))
    held = asyncio.create_task(notifications.worker().work_once())
    await provider.held.wait()
    for _ in range(20):
        assert await notifications.hear(readable(notifications.keys, CerReturned, cer_id=new_id())) == "done"
    assert not held.done()
    held.cancel()
    with pytest.raises(asyncio.CancelledError):
        await held

"""Every message leaves once, or its fate is shown: one in twenty is taken by a provider whose answer is lost, and
workers die all along. `make once` runs it with 10,000 messages."""

import asyncio
import os
import random
from collections import Counter
from uuid import UUID

import pytest
from sqlalchemy import text

from shared.events.contracts import CerReturned
from shared.kernel.ids import new_id
from shared.security.principal import Role
from tests.builders.notifications import readable
from tests.fixtures.smtp import DROP, Provider
from tests.fixtures.topics import until
from tests.integration.notifications.conftest import Notifications

pytestmark = [pytest.mark.integration, pytest.mark.timeout(3600)]

MESSAGES = int(os.environ.get("CER_ONCE_MESSAGES", "500"))
KILLS = 20
LANES = 4


async def statuses(notifications: Notifications) -> Counter[str]:
    async with notifications.database.read() as session:
        rows = await session.execute(text("SELECT status, count(*) AS found FROM message GROUP BY status"))
        return Counter({row.status: row.found for row in rows})


async def bury(notifications: Notifications) -> None:
    """The leases of who died run out, and every pause passes."""
    async with notifications.database.begin() as uow:
        await uow.session.execute(text("UPDATE work SET leased_until = now() WHERE status = 'leased'"))
        await uow.session.execute(text("UPDATE work SET available_at = now() WHERE status = 'ready'"))


async def in_hand_or_due(notifications: Notifications) -> int:
    """What a worker has, or could take at once."""
    query = "SELECT count(*) FROM work WHERE status = 'leased' OR (status = 'ready' AND available_at <= now())"
    async with notifications.database.read() as session:
        return int((await session.scalar(text(query))) or 0)


async def work_until_killed(notifications: Notifications, provider: Provider, more: int) -> None:
    """Two replicas, killed together once the provider has taken so many more, whatever they have in hand."""
    target = min(len(provider.taken) + more, MESSAGES)

    async def reached() -> bool:
        return len(provider.taken) >= target or not await in_hand_or_due(notifications)

    replicas = [
        asyncio.create_task(notifications.worker(mail_workers=LANES, smtp_timeout_seconds=5.0 + number).run())
        for number in range(2)
    ]
    await until(reached, seconds=600)
    for replica in replicas:
        replica.cancel()
    await asyncio.gather(*replicas, return_exceptions=True)
    await bury(notifications)


async def test_none_is_lost_and_none_is_sent_twice_by_itself(notifications: Notifications, provider: Provider) -> None:
    luck = random.Random(20260320)
    provider.answers.extend(DROP if luck.random() < 0.05 else "250 OK" for _ in range(MESSAGES * 2))
    provider.rcpt_answers.extend("421 4.3.2 later" if luck.random() < 0.02 else "250 OK" for _ in range(MESSAGES * 2))
    for _ in range(MESSAGES):
        assert await notifications.hear(readable(notifications.keys, CerReturned, cer_id=new_id())) == "done"

    while (await statuses(notifications))["pending"]:
        await work_until_killed(notifications, provider, luck.randint(1, 2 * MESSAGES // KILLS))

    taken = Counter(UUID(mail["Message-ID"].strip("<>").partition("@")[0]) for mail in provider.taken)
    rows = {row["id"]: row["status"] for row in await notifications.rows()}
    found = await statuses(notifications)
    print(f"{MESSAGES} messages: {dict(found)}, taken by the provider {len(taken)}")
    assert max(taken.values()) == 1, "sent twice"
    assert found["delivered"] + found["unknown"] == MESSAGES
    assert {name for name, status in rows.items() if status == "delivered"} <= set(taken), (
        "said to be sent, and was not"
    )
    assert found["unknown"] >= MESSAGES // 50, "answers were lost on purpose"
    # What nobody knows is shown, all of it, to somebody who decides; then it leaves.
    provider.answers.clear()
    provider.rcpt_answers.clear()
    while page := (await notifications.get("/messages?status=unknown&limit=200", Role.ADMIN)).json()["messages"]:
        for line in page:
            assert (await notifications.resend(line["id"])).status_code == 200
    await notifications.work()
    assert await statuses(notifications) == {"delivered": MESSAGES}

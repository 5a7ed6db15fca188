"""Mails that leave at the same time: what they ask of the database is asked together, and each keeps its own story."""

import asyncio

import pytest
from sqlalchemy import text

from shared.events.contracts import CerReturned
from shared.events.notifications import NotificationDelivered, NotificationFailed
from shared.kernel.ids import new_id
from tests.builders.notifications import readable
from tests.fixtures.smtp import DROP, Provider
from tests.integration.notifications.conftest import Notifications

pytestmark = pytest.mark.integration

LANES = 8


async def send_side_by_side(notifications: Notifications) -> None:
    worker = notifications.worker(mail_workers=LANES)
    assert all(await asyncio.gather(*(worker.work_once() for _ in range(LANES))))


async def test_each_ends_as_its_own_answer_says(notifications: Notifications, provider: Provider) -> None:
    for _ in range(LANES):
        await notifications.hear(readable(notifications.keys, CerReturned, cer_id=new_id()))
    provider.answers.extend(["250 OK", DROP, "550 5.1.1 no such mailbox", "250 OK", "451 4.7.1 later"])
    await send_side_by_side(notifications)
    rows = await notifications.rows()
    assert sorted((row["status"], row["code"]) for row in rows) == [
        *[("delivered", "")] * 5,
        ("failed", "smtp-550"),
        ("pending", ""),
        ("unknown", "smtp-lost-after-data"),
    ]
    assert [row["receipt"] for row in rows if row["status"] == "delivered"] == ["250 OK"] * 5
    told = {event.message_id: event for event in await notifications.told()}
    assert {row["id"] for row in rows if row["status"] != "pending"} == set(told)
    for row in rows:
        if row["status"] != "pending":
            kind = NotificationDelivered if row["status"] == "delivered" else NotificationFailed
            assert isinstance(told[row["id"]], kind)


async def test_what_is_told_of_each_goes_on_in_the_trace_of_what_caused_it(
    notifications: Notifications, provider: Provider
) -> None:
    for _ in range(LANES):
        await notifications.hear(readable(notifications.keys, CerReturned, cer_id=new_id()))
    async with notifications.database.begin() as uow:
        await uow.session.execute(
            text("UPDATE work SET traceparent = '00-' || replace(id::text, '-', '') || '-00f067aa0ba902b7-01'")
        )
    await send_side_by_side(notifications)
    async with notifications.database.read() as session:
        found = await session.execute(text("SELECT aggregate_id, headers->>'traceparent' AS trace FROM outbox"))
        traces = {row.aggregate_id: row.trace.split("-")[1] for row in found}
    assert traces == {str(row["id"]): row["id"].hex for row in await notifications.rows()}
    assert len(provider.taken) == LANES


async def test_a_column_that_a_newer_version_adds_meanwhile_ends_nothing(
    notifications: Notifications, provider: Provider
) -> None:
    """As a rolling update does, when the server has read the statements of this version before."""
    for column in ("one", "two"):
        assert await notifications.hear(readable(notifications.keys, CerReturned, cer_id=new_id())) == "done"
        await notifications.work()
        async with notifications.database.begin() as uow:
            await uow.session.execute(text(f"ALTER TABLE message ADD COLUMN {column} integer"))
    assert {row["status"] for row in await notifications.rows()} == {"delivered"}
    assert len(provider.taken) == 2

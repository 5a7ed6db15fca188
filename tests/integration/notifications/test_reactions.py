"""Events make messages: once, in whatever order they come, and never lost for want of an address."""

import itertools

import pytest
from sqlalchemy import text

from services.notifications.domain.plan import notices
from shared.events.contracts import CerCreated, CerReturned, CerValidated
from shared.events.envelope import Event
from shared.events.sealed import Sealed
from shared.events.signature import SignatureCompleted, SignatureVoided
from shared.kernel.ids import new_id
from tests.builders.events import sample, token
from tests.builders.notifications import TOLD, readable
from tests.integration.notifications.conftest import Notifications

pytestmark = pytest.mark.integration


@pytest.mark.parametrize("event", [pytest.param(event, id=event.name()) for event, _ in TOLD])
async def test_an_event_delivered_twice_makes_its_messages_once(notifications: Notifications, event: Event) -> None:
    told_by = ("code", "kind", "attempt", "submission")
    changes = {key: getattr(event, key) for key in told_by if hasattr(event, key)}
    heard, event_id = readable(notifications.keys, type(event), **changes), new_id()
    planned = notices(heard)
    assert [await notifications.hear(heard, event_id) for _ in range(2)] == ["done", "seen"]
    # The same fact under another event id, as a rebuilt topic could bring it.
    assert await notifications.hear(heard) == ("stale" if planned else "done")
    assert [row["template"] for row in await notifications.rows()] == sorted(notice.template for notice in planned)
    # A letter waits for its print batch.
    assert len(await notifications.work_rows()) == len([n for n in planned if n.template != "decision_lettre_personne"])


async def test_the_order_of_events_changes_nothing(notifications: Notifications) -> None:
    """An older return after a newer one, a voiding before the completion that it crosses: each is told."""
    heard: list[Event] = [
        readable(notifications.keys, SignatureVoided),
        readable(notifications.keys, SignatureCompleted),
        readable(notifications.keys, CerReturned, submission=2, aggregate_version=9),
        readable(notifications.keys, CerReturned, submission=1, aggregate_version=6),
        readable(notifications.keys, CerValidated),
    ]
    for event in heard:
        assert await notifications.hear(event) == "done"
    ids = {row["id"] for row in await notifications.rows()}
    assert len(ids) == 7
    async with notifications.database.begin() as uow:
        await uow.session.execute(text("TRUNCATE message, work, inbox"))
    for event in reversed(heard):
        assert await notifications.hear(event) == "done"
    assert {row["id"] for row in await notifications.rows()} == ids


async def test_an_event_that_tells_nobody_is_ignored(notifications: Notifications) -> None:
    assert await notifications.hear(sample(CerCreated)) == "ignored"


async def test_without_address_the_message_is_kept_and_not_sent(notifications: Notifications) -> None:
    assert await notifications.hear(readable(notifications.keys, SignatureCompleted, mail=None)) == "done"
    assert [(row["audience"], row["status"]) for row in await notifications.rows()] == [
        ("person", "no_address"), ("referent", "pending"),
    ]  # fmt: skip
    assert len(await notifications.work_rows()) == 1


async def test_a_block_that_cannot_be_opened_parks_its_event_alone(notifications: Notifications) -> None:
    sealed = readable(notifications.keys, SignatureCompleted)
    spoilt = sealed.model_copy(update={"identity": Sealed(token=token("identity"))})
    assert await notifications.hear(spoilt) == "parked"
    assert await notifications.hear(readable(notifications.keys, SignatureVoided)) == "done"
    async with notifications.database.read() as session:
        (parked,) = (await session.execute(text("SELECT code, ordered FROM parked_event"))).all()
    assert tuple(parked) == ("block-not-readable", False)


async def test_no_personal_data_stands_in_clear_in_the_database(notifications: Notifications) -> None:
    await notifications.hear(readable(notifications.keys, SignatureCompleted))
    async with notifications.database.read() as session:
        for table, canary in itertools.product(("message", "work"), ("Fictive", "Jeanne", "example.org", "Mirabel")):
            rows = (await session.execute(text(f"SELECT {table}::text FROM {table}"))).scalars().all()
            assert rows
            assert not any(canary in row for row in rows), (table, canary)

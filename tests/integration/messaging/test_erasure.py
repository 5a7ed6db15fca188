"""Once a person is erased, their events find a closed door: whatever they are, whenever they come, however often."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from shared.database.engine import Database
from shared.database.unit_of_work import UnitOfWork
from shared.erasure.files import FileEraser, Order, order_files
from shared.erasure.holdings import Holdings, Person
from shared.erasure.rows import forget
from shared.kernel.errors import ImpossibleMove
from shared.messaging.endings import Waiting
from shared.messaging.inbox import Inbox
from shared.messaging.parking import list_parked
from shared.messaging.reactions import on
from shared.messaging.work import enqueue
from shared.objects.store import Objects
from tests.builders.canaries import cells_with
from tests.builders.deliveries import delivery_of
from tests.builders.messaging import Counted, counted, effects_of, note_effect, probe_id

pytestmark = pytest.mark.integration

NOW = datetime(2026, 3, 12, 9, 30, tzinfo=UTC)
CANARY = "canari-zirconium"
NOTHING = Holdings(held=())


def person(name: str) -> Person:
    return Person(probe_id(name), ())


async def erase(database: Database, name: str) -> dict[str, int]:
    async with database.begin() as uow:
        return await forget(uow.session, person(name), NOTHING, NOW)


async def refuse(event: Counted, uow: UnitOfWork) -> None:
    raise ImpossibleMove("never here")


async def wait(event: Counted, uow: UnitOfWork) -> Waiting:
    return Waiting(f"half-{event.probe_id}")


async def test_events_of_an_erased_person_do_nothing_and_others_go_on(probe_database: Database) -> None:
    inbox = Inbox("probe", probe_database, [on(Counted, note_effect)])
    await inbox.handle(delivery_of(counted("a", 1)))
    await erase(probe_database, "a")
    event_id = uuid4()

    endings = [await inbox.handle(delivery_of(counted("a", 2), event_id)) for _ in range(2)]

    assert endings == ["erased", "seen"]
    assert await inbox.handle(delivery_of(counted("b", 1))) == "done"
    assert (await effects_of(probe_database, "a"), await effects_of(probe_database, "b")) == ([1], [1])


@pytest.mark.parametrize("spoilt", [{"value": b'{"text": "canari-zirconium"'}, {"headers": {"ce_type": CANARY}}])
async def test_not_even_poison_about_an_erased_person_is_parked(
    probe_database: Database, spoilt: dict[str, Any]
) -> None:
    inbox = Inbox("probe", probe_database, [on(Counted, note_effect)])
    if "headers" in spoilt:
        spoilt = {"headers": {"ce_type": Counted.ce_type(), "ce_id": CANARY}}
    assert await inbox.handle(delivery_of(counted("b", 1), **spoilt)) == "parked"
    assert await cells_with(probe_database, CANARY) != set()  # the control: it is found where it is
    await erase(probe_database, "a")
    await erase(probe_database, "b")

    assert await inbox.handle(delivery_of(counted("a", 1), **spoilt)) == "erased"
    assert await cells_with(probe_database, CANARY) == set()


async def test_what_waits_is_parked_or_is_about_to_leave_goes_with_the_person_alone(probe_database: Database) -> None:
    parking = Inbox("parking", probe_database, [on(Counted, refuse)])
    waiting = Inbox("waiting", probe_database, [on(Counted, wait)])
    for name in ("a", "b"):
        await parking.handle(delivery_of(counted(name, 1, text=f"{CANARY}-{name}")))
        await waiting.handle(delivery_of(counted(name, 1)))
        async with probe_database.begin() as uow:
            uow.emit(counted(name, 1, text=f"{CANARY}-{name}"), counted(name, 2, text=f"{CANARY}-{name}"))
            await enqueue(uow.session, "probe", uuid4(), {"whose": str(probe_id(name)), "text": f"{CANARY}-{name}"})
    async with probe_database.begin() as uow:
        await uow.session.execute(text("UPDATE outbox SET published_at = now() WHERE aggregate_version = 1"))

    gone = await erase(probe_database, "a")

    assert gone == {"work": 1, "outbox": 2, "parked_event": 1}
    assert await cells_with(probe_database, f"{CANARY}-a") == set()
    assert await cells_with(probe_database, f"{CANARY}-b") == {"outbox.payload", "parked_event.value", "work.payload"}
    async with probe_database.read() as session:
        rows = await session.execute(text("SELECT ending FROM inbox WHERE consumer = 'waiting' ORDER BY 1"))
        assert [row.ending for row in rows] == ["erased", "waiting"]
    assert len(await list_parked(probe_database)) == 1


async def test_an_event_in_hand_and_an_erasure_settle_who_is_first(probe_database: Database) -> None:
    """Twenty at once: whatever the order, nothing of the person is left."""
    inbox = Inbox("probe", probe_database, [on(Counted, note_effect)])

    async def erased_with_effects() -> None:
        async with probe_database.begin() as uow:
            await forget(uow.session, person("a"), NOTHING, NOW)
            await uow.session.execute(text("DELETE FROM effect WHERE key = :key"), {"key": str(probe_id("a"))})

    arrivals = [inbox.handle(delivery_of(counted("a", version))) for version in range(1, 20)]
    await asyncio.gather(*arrivals[:8], erased_with_effects(), *arrivals[8:])

    assert await effects_of(probe_database, "a") == []


async def test_files_go_are_answered_for_once_and_looked_for_again_later(
    probe_database: Database, tmp_path: Path
) -> None:
    objects = Objects(str(tmp_path), "documents")
    mine = [await objects.put(f"editions/{probe_id('a')}/{one}.pdf", CANARY.encode()) for one in ("x", "y")]
    other = await objects.put(f"editions/{probe_id('b')}/x.pdf", CANARY.encode())
    answers = []

    async def answer(_: UnitOfWork, order: Order, files: int) -> None:
        answers.append((order.number, files))

    worker = FileEraser(objects, answer).worker(probe_database)
    order = Order(dossier_id=probe_id("a"), number=1, version=2, rows=0, folders=(f"editions/{probe_id('a')}",))
    async with probe_database.begin() as uow:
        await order_files(uow.session, order)

    assert await worker.work_once()
    assert answers == [(1, 2)]
    assert await objects.get(other) == CANARY.encode()
    assert not any((tmp_path / ref.uri.removeprefix("object:")).exists() for ref in mine)

    # A render that was under way stores its file after all.
    late = await objects.put(f"editions/{probe_id('a')}/late.pdf", CANARY.encode())
    assert not await worker.work_once()
    async with probe_database.begin() as uow:
        await uow.session.execute(text("UPDATE work SET available_at = now() WHERE status = 'ready'"))
    assert await worker.work_once()
    assert not (tmp_path / late.uri.removeprefix("object:")).exists()
    assert answers == [(1, 2)]

"""The relay publishes every row, each key in order, whatever happens around it."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import text

from shared.database.engine import Database
from shared.events.topics import Topic
from shared.kernel.errors import NotFound
from shared.messaging.outbox import MAX_PAYLOAD, EventTooLarge
from shared.messaging.relay import BATCH, Relay
from shared.messaging.set_aside import list_set_aside, retry_set_aside
from tests.builders.messaging import counted
from tests.fixtures.topics import create_topic, read_topic, until

pytestmark = pytest.mark.integration


@asynccontextmanager
async def relaying(database: Database, kafka: str, wake: asyncio.Event | None = None) -> AsyncIterator[Relay]:
    relay = Relay(database.url, kafka, wake or asyncio.Event())
    running = asyncio.create_task(relay.run())
    try:
        yield relay
    finally:
        running.cancel()
        await asyncio.wait([running])


async def pending(database: Database) -> int:
    async with database.read() as session:
        return int(
            await session.scalar(
                text("SELECT count(*) FROM outbox WHERE published_at IS NULL AND set_aside_at IS NULL")
            )
            or 0
        )


async def all_published(database: Database) -> bool:
    return await pending(database) == 0


async def emit(database: Database, name: str, version: int, text: str = "") -> None:
    async with database.begin() as uow:
        uow.emit(counted(name, version, text=text))


async def versions_by_key(kafka: str, topic: Topic) -> dict[bytes, list[int]]:
    """What the topic holds, each key in the order of its partition."""
    found: dict[bytes, list[int]] = defaultdict(list)
    for record in await read_topic(kafka, topic.name):
        headers = dict(record.headers)
        found[record.key].append(int(headers["ce_aggregateversion"]))
    return found


async def test_every_row_is_published_once_and_each_key_in_order(
    probe_database: Database, kafka: str, probe_topic: Topic
) -> None:
    keys, versions = 50, BATCH * 3 // 50
    for version in range(1, versions + 1):
        async with probe_database.begin() as uow:
            uow.emit(*(counted(f"k{key}", version) for key in range(keys)))
    async with relaying(probe_database, kafka):
        await until(lambda: all_published(probe_database))
    found = await versions_by_key(kafka, probe_topic)
    assert len(found) == keys
    assert all(order == list(range(1, versions + 1)) for order in found.values())


async def test_a_key_goes_where_every_kafka_client_puts_it(
    probe_database: Database, kafka: str, probe_topic: Topic
) -> None:
    from aiokafka.partitioner import DefaultPartitioner

    async with probe_database.begin() as uow:
        uow.emit(*(counted(f"k{key}", 1) for key in range(40)))
    async with relaying(probe_database, kafka):
        await until(lambda: all_published(probe_database))
    partitioner = DefaultPartitioner()
    for record in await read_topic(kafka, probe_topic.name):
        assert record.partition == partitioner(record.key, list(range(6)), list(range(6)))


async def test_a_late_commit_with_a_lower_id_is_not_skipped(
    probe_database: Database, kafka: str, probe_topic: Topic
) -> None:
    async with relaying(probe_database, kafka):
        async with probe_database.begin() as slow:
            slow.emit(counted("slow", 1))
            await slow.write_events()
            slow._events.clear()
            await emit(probe_database, "fast", 1)
            # The higher id is committed and published while the lower one is not visible yet.
            await until(lambda: all_published(probe_database))
        await until(lambda: all_published(probe_database))
    assert sum(len(order) for order in (await versions_by_key(kafka, probe_topic)).values()) == 2


async def test_only_one_of_two_relays_leads_and_the_other_takes_over(
    probe_database: Database, kafka: str, probe_topic: Topic
) -> None:
    async with relaying(probe_database, kafka) as second:
        async with relaying(probe_database, kafka) as first:
            await emit(probe_database, "a", 1)
            await until(lambda: all_published(probe_database))
            assert first.leading != second.leading
        await emit(probe_database, "a", 2)
        await until(lambda: all_published(probe_database))
    assert list((await versions_by_key(kafka, probe_topic)).values()) == [[1, 2]]


async def test_a_commit_wakes_the_relay_without_waiting_for_the_poll(
    probe_database: Database, kafka: str, probe_topic: Topic
) -> None:
    assert probe_database.sink is not None
    wake = probe_database.sink.wake  # type: ignore[attr-defined]
    relay = Relay(probe_database.url, kafka, wake, poll_seconds=3600)
    running = asyncio.create_task(relay.run())
    await emit(probe_database, "a", 1)
    await until(lambda: all_published(probe_database))
    await emit(probe_database, "a", 2)
    await until(lambda: all_published(probe_database))
    running.cancel()
    await asyncio.wait([running])


async def test_a_row_that_kafka_refuses_is_set_aside_with_its_keys_successors_and_no_other(
    probe_database: Database, kafka: str, probe_topic: Topic
) -> None:
    narrow = f"{probe_topic.name}.narrow"
    await create_topic(kafka, narrow, max_message_bytes="20000")
    async with probe_database.begin() as uow:
        uow.emit(counted("a", 1), counted("b", 1, text="x" * 50_000), counted("b", 2), counted("a", 2))
    async with probe_database.begin() as uow:
        await uow.session.execute(text("UPDATE outbox SET topic = :topic"), {"topic": narrow})
    async with relaying(probe_database, kafka):

        async def only_b_waits() -> bool:
            async with probe_database.read() as session:
                rows = await session.execute(
                    text("SELECT aggregate_version, set_aside_at FROM outbox WHERE published_at IS NULL ORDER BY id")
                )
                return [(row[0], row[1] is not None) for row in rows] == [(1, True), (2, False)]

        await until(only_b_waits)
        (shown,) = await list_set_aside(probe_database)
        assert (shown["error"], shown["waiting"]) == ("MessageSizeTooLargeError", 1)
        async with probe_database.begin() as uow:
            await uow.session.execute(text("UPDATE outbox SET topic = :topic"), {"topic": probe_topic.name})
        await retry_set_aside(probe_database, shown["id"])
        with pytest.raises(NotFound):
            await retry_set_aside(probe_database, shown["id"])
        await until(lambda: all_published(probe_database))
    assert sorted((await versions_by_key(kafka, probe_topic)).values()) == [[1, 2]]


async def test_an_event_that_kafka_would_refuse_is_refused_before_the_commit(probe_database: Database) -> None:
    with pytest.raises(EventTooLarge, match="raccourcissez"):
        await emit(probe_database, "a", 1, text="x" * (MAX_PAYLOAD + 1))
    assert await pending(probe_database) == 0


async def test_a_rolled_back_transaction_publishes_nothing(probe_database: Database) -> None:
    with pytest.raises(RuntimeError):
        async with probe_database.begin() as uow:
            uow.emit(counted("a", 1))
            raise RuntimeError
    assert await pending(probe_database) == 0

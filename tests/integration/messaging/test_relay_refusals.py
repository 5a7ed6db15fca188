"""What Kafka refuses: the order of a key holds around it, and the relay goes back to its pace."""

import pytest
from sqlalchemy import text

from shared.database.engine import Database
from shared.events.topics import Topic
from shared.messaging.publisher import BATCH_BYTES
from tests.builders.messaging import counted
from tests.fixtures.topics import create_topic, read_topic, until
from tests.integration.messaging.test_relay import all_published, relaying

pytestmark = pytest.mark.integration


async def narrow_topic(kafka: str, topic: Topic) -> str:
    name = f"{topic.name}.narrow"
    await create_topic(kafka, name, max_message_bytes="20000")
    return name


async def emit_to(database: Database, topic: str, *sizes: int) -> None:
    """Events of one key, of these sizes, in this order."""
    async with database.begin() as uow:
        uow.emit(*(counted("a", version, text="x" * size) for version, size in enumerate(sizes, start=1)))
    async with database.begin() as uow:
        await uow.session.execute(text("UPDATE outbox SET topic = :topic"), {"topic": topic})


async def test_nothing_of_a_key_overtakes_its_refused_row_even_in_a_later_batch(
    probe_database: Database, kafka: str, probe_topic: Topic
) -> None:
    narrow = await narrow_topic(kafka, probe_topic)
    # The first two fill a batch of the producer, the third comes in the next, which alone Kafka would take.
    await emit_to(probe_database, narrow, 50_000, BATCH_BYTES - 57_000, 10_000)

    async def first_is_set_aside() -> bool:
        async with probe_database.read() as session:
            return bool(await session.scalar(text("SELECT count(*) FROM outbox WHERE set_aside_at IS NOT NULL")))

    async with relaying(probe_database, kafka):
        await until(first_is_set_aside)
    assert await read_topic(kafka, narrow) == []


async def test_rows_that_only_together_are_too_large_leave_none_to_be_sent_alone(
    probe_database: Database, kafka: str, probe_topic: Topic
) -> None:
    narrow = await narrow_topic(kafka, probe_topic)
    await emit_to(probe_database, narrow, 9_000, 9_000, 9_000)
    async with relaying(probe_database, kafka) as relay:
        await until(lambda: all_published(probe_database))
        assert len(await read_topic(kafka, narrow)) == 3

        async def none_is_suspected() -> bool:
            return relay.suspects == 0

        await until(none_is_suspected)

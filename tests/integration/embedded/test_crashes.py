"""What is killed comes back on the same port, with the same data."""

import asyncio

import asyncpg
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from deploy.embedded.backing import Backing
from deploy.embedded.ports import accepts

pytestmark = pytest.mark.integration

TOPIC = "crash"


async def _send(bootstrap: str, count: int) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    await admin.create_topics([NewTopic(TOPIC, 1, 1)])
    await admin.close()
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all")
    await producer.start()
    for number in range(count):
        await producer.send_and_wait(TOPIC, str(number).encode())
    await producer.stop()


async def _read(bootstrap: str, count: int) -> list[bytes | None]:
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, auto_offset_reset="earliest")
    await consumer.start()
    consumer.assign([TopicPartition(TOPIC, 0)])
    found = [(await asyncio.wait_for(consumer.getone(), 30)).value for _ in range(count)]
    await consumer.stop()
    return found


async def test_a_killed_kafka_comes_back_with_its_data(backing: Backing) -> None:
    bootstrap = backing.kafka.bootstrap
    await _send(bootstrap, 20)

    await asyncio.to_thread(backing.kafka.kill)
    assert not accepts(backing.kafka.port)
    await asyncio.to_thread(backing.kafka.restart)

    assert backing.kafka.bootstrap == bootstrap
    assert await _read(bootstrap, 20) == [str(number).encode() for number in range(20)]


async def test_a_topic_is_not_created_by_being_named(backing: Backing) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=backing.kafka.bootstrap)
    await admin.start()
    await admin.describe_topics(["never-provisioned"])

    assert "never-provisioned" not in await admin.list_topics()
    await admin.close()


async def test_a_killed_postgres_recovers_what_was_committed(backing: Backing) -> None:
    url = backing.postgres.create_database("crash").replace("+asyncpg", "")
    connection = await asyncpg.connect(url)
    await connection.execute("CREATE TABLE kept (id int)")
    await connection.execute("INSERT INTO kept SELECT generate_series(1, 1000)")
    open_transaction = connection.transaction()
    await open_transaction.start()
    await connection.execute("INSERT INTO kept VALUES (0)")

    await asyncio.to_thread(backing.postgres.kill)
    with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError, OSError)):
        await connection.fetchval("SELECT 1")
    await asyncio.to_thread(backing.postgres.restart)

    again = await asyncpg.connect(url)
    assert await again.fetchrow("SELECT count(*), min(id) FROM kept") == (1000, 1)
    await again.close()


async def test_a_stale_pid_file_does_not_stop_postgres(backing: Backing) -> None:
    """The pid in it lives, and belongs to the same user: PostgreSQL by itself would refuse to start."""
    await asyncio.to_thread(backing.postgres.kill)
    pid_file = backing.postgres.data / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    pid_file.write_text("\n".join(["1", *lines[1:]]) + "\n")

    await asyncio.to_thread(backing.postgres.restart)

    assert backing.postgres.ready()

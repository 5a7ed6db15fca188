"""A producer that is dropped while Kafka is away is gone: it sends nothing when Kafka returns."""

import asyncio
from pathlib import Path

import pytest

from deploy.embedded.backing import start_backing
from shared.messaging.publisher import Publisher
from tests.fixtures.topics import create_topic, read_topic, until

pytestmark = pytest.mark.integration

TOPIC = "cer.probe.dropped"
ROW = {"id": 1, "topic": TOPIC, "key": "a", "headers": "{}", "payload": b"{}"}


async def test_what_a_dropped_producer_held_does_not_arrive_after_newer_rows(
    server_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.messaging.publisher.STOP_SECONDS", 0.5)
    before = asyncio.all_tasks()
    with start_backing(server_folder, postgres=False) as backing:
        await create_topic(backing.kafka.bootstrap, TOPIC)
        async with Publisher(backing.kafka.bootstrap) as publisher:
            await publisher.send([ROW])
            await asyncio.to_thread(backing.kafka.kill)
            sending = asyncio.create_task(publisher.send([ROW]))
            done, _ = await asyncio.wait([sending], timeout=1.0)
            assert not done
            sending.cancel()

        async def nothing_runs() -> bool:
            return not {task for task in asyncio.all_tasks() - before if not task.done()} - {sending}

        await until(nothing_runs)
        await asyncio.to_thread(backing.kafka.restart)
        async with Publisher(backing.kafka.bootstrap) as publisher:
            await publisher.send([ROW])
        assert len(await read_topic(backing.kafka.bootstrap, TOPIC)) == 2

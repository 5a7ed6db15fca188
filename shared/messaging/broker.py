"""Runs a service's consumers, and goes on trying while Kafka is away."""

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import Any

from aiokafka.errors import KafkaError
from faststream.kafka import KafkaBroker

from shared.messaging.consumer import Consumer
from shared.messaging.tolerant import TolerantConsumer
from shared.telemetry.logs import get_logger

log = get_logger(__name__)

START_SECONDS = 60.0


class Consumers:
    """All the consumers of one process; `run` until cancelled."""

    def __init__(self, kafka: str, consumers: Sequence[Consumer], instance: str = "") -> None:
        self._kafka = kafka
        self._instance = instance
        self.consumers = tuple(consumers)

    @property
    def ready(self) -> bool:
        """Each consumer has been given partitions (or its group has more members than partitions)."""
        return all(consumer.offsets.joined for consumer in self.consumers)

    async def run(self) -> None:
        """Starts FastStream's broker, commits offsets every second, stops cleanly when cancelled."""
        pause = 0.5
        while True:
            broker = KafkaBroker(
                self._kafka, apply_types=False, allow_auto_create_topics=False, graceful_timeout=15.0, logger=None
            )
            for consumer in self.consumers:
                consumer.subscribe(broker, self._instance)
            try:
                async with asyncio.timeout(START_SECONDS):
                    await broker.connect()
                    _tolerate(broker)
                    await broker.start()
                await self._commit_regularly()
            except (KafkaError, OSError, TimeoutError) as error:
                log.warning("consumers.kafka_away", error=type(error).__name__, pause_seconds=pause)
            finally:
                await self._stop(broker)
            await asyncio.sleep(pause)
            pause = min(pause * 2, 5.0)

    async def _commit_regularly(self) -> None:
        while True:
            await asyncio.sleep(1.0)
            for consumer in self.consumers:
                await consumer.commit_if_due()

    async def _stop(self, broker: KafkaBroker) -> None:
        for consumer in self.consumers:
            await consumer.stop_reading()
        try:
            await asyncio.wait_for(broker.stop(), 20.0)
        except (KafkaError, OSError, TimeoutError) as error:
            log.warning("consumers.stop_failed", error=type(error).__name__)


def _tolerate(broker: KafkaBroker) -> None:
    """Has the connected broker build our consumers in the place of aiokafka's own."""
    settings: Any = broker.config.broker_config
    settings.builder = partial(TolerantConsumer, **settings.builder.keywords)

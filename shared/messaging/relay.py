"""Publishes the outbox in order: one active relay for each service, elected by a session lock of PostgreSQL.

It reads by predicate (`published_at IS NULL`), never past a watermark, so a late commit is not skipped; it reads the
next batch while the last is being sent, and marks the last while the next is. A batch is sent only when the one before
it was acknowledged: whatever fails, what Kafka holds of a key is always a prefix, possibly repeated, of its rows.
"""

import asyncio
from collections.abc import Sequence

import asyncpg
from aiokafka.errors import KafkaError

from shared.messaging.failpoints import failpoint
from shared.messaging.publisher import Publisher, RefusedRow, Row
from shared.telemetry.logs import get_logger
from shared.telemetry.metrics import PUBLISHED

BATCH = 1000
POLL_SECONDS = 0.05
RELAY_LOCK = 7_033_002

_READ = """
SELECT id, topic, key, headers::text AS headers, payload FROM outbox o
WHERE published_at IS NULL AND set_aside_at IS NULL AND id <> ALL($1::bigint[])
  AND NOT EXISTS (
    SELECT FROM outbox s WHERE s.set_aside_at IS NOT NULL AND s.published_at IS NULL
      AND s.topic = o.topic AND s.key = o.key AND s.id < o.id)
ORDER BY id LIMIT $2
"""
_MARK = "UPDATE outbox SET published_at = now() WHERE id = ANY($1::bigint[])"
_SET_ASIDE = "UPDATE outbox SET set_aside_at = now(), error = $2 WHERE id = $1"

log = get_logger(__name__)


class Relay:
    """`run` until cancelled. `wake` shortens the wait for a commit of the same process; the poll is the net."""

    def __init__(self, database_url: str, kafka: str, wake: asyncio.Event, poll_seconds: float = POLL_SECONDS) -> None:
        self._dsn = database_url.replace("postgresql+asyncpg://", "postgresql://", 1)
        self._kafka = kafka
        self._wake = wake
        self._poll = poll_seconds
        self._one_by_one = False
        self.leading = False

    async def run(self) -> None:
        """Leads, or waits to; after any failure drops producer and connections and starts over."""
        pause = 0.2
        while True:
            try:
                await self._lead()
            except (KafkaError, asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError) as error:
                log.warning("relay.restarting", error=type(error).__name__, pause_seconds=pause)
                await asyncio.sleep(pause)
                pause = min(pause * 2, 5.0)
            else:
                pause = 0.2

    async def _lead(self) -> None:
        """One term: until something fails, or a row was refused and the term has to begin again."""
        reader = await asyncpg.connect(self._dsn, timeout=10, command_timeout=60)
        try:
            # Tried, not waited for: a waiting statement would hold back vacuum for as long as it waits.
            while not await reader.fetchval("SELECT pg_try_advisory_lock($1)", RELAY_LOCK):  # noqa: ASYNC110 - no event tells
                await asyncio.sleep(1.0)
            marker = await asyncpg.connect(self._dsn, timeout=10, command_timeout=60)
            try:
                async with Publisher(self._kafka) as publisher:
                    self.leading = True
                    await self._publish_until_failure(reader, marker, publisher)
            finally:
                marker.terminate()
        finally:
            self.leading = False
            reader.terminate()

    async def _publish_until_failure(
        self, reader: asyncpg.Connection, marker: asyncpg.Connection, publisher: Publisher
    ) -> None:
        batch = await self._read(reader, ())
        marking: asyncio.Task[None] | None = None
        try:
            while True:
                if not batch:
                    if marking is not None:
                        await marking
                        marking = None
                    await self._rest()
                    batch = await self._read(reader, ())
                    continue
                ids = [row["id"] for row in batch]
                sending = asyncio.create_task(self._send(publisher, marker, batch))
                try:
                    # While this batch travels, the one before it is still being marked: leave both out.
                    if marking is not None:
                        await marking
                    following = await self._read(reader, ids) if len(batch) == self._limit else []
                    if not await sending:
                        return
                finally:
                    sending.cancel()
                failpoint("relay:published-not-marked")
                marking = asyncio.create_task(self._mark(marker, ids))
                batch = following
        finally:
            if marking is not None:
                await asyncio.wait([marking], timeout=5)

    @property
    def _limit(self) -> int:
        return 1 if self._one_by_one else BATCH

    async def _read(self, reader: asyncpg.Connection, in_flight: Sequence[int]) -> list[Row]:
        rows: list[Row] = await reader.fetch(_READ, list(in_flight), self._limit)
        return rows

    async def _rest(self) -> None:
        """Until a commit of this process, or the poll."""
        try:
            await asyncio.wait_for(self._wake.wait(), self._poll)
        except TimeoutError:
            return
        self._wake.clear()

    async def _send(self, publisher: Publisher, marker: asyncpg.Connection, batch: list[Row]) -> bool:
        """True when all were acknowledged. False ends the term: the culprit of a refusal is to be found, or was."""
        failpoint("relay:before-publish")
        try:
            await publisher.send(batch)
        except RefusedRow as refusal:
            if len(batch) > 1:
                self._one_by_one = True
                return False
            log.error(  # noqa: TRY400 - a refusal, not a failure of ours
                "relay.set_aside", outbox_id=batch[0]["id"], topic=batch[0]["topic"], error=refusal.code
            )
            await marker.execute(_SET_ASIDE, batch[0]["id"], refusal.code)
            self._one_by_one = False
            return False
        return True

    async def _mark(self, marker: asyncpg.Connection, ids: list[int]) -> None:
        await marker.execute(_MARK, ids)
        PUBLISHED.inc(len(ids))

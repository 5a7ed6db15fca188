"""Publishes the outbox in order: one active relay for each service, elected by a session lock of PostgreSQL.

It reads by predicate (`published_at IS NULL`), never past a watermark, so a late commit is not skipped; it reads the
next batch while the last is being sent, and marks the last while the next travels. A batch is sent only when the one
before it was acknowledged: whatever fails, what Kafka holds of a key is a prefix, possibly repeated, of its rows.
"""

import asyncio
import time
from collections.abc import Iterable

import asyncpg
from aiokafka.errors import KafkaError

from shared.messaging.failpoints import failpoint
from shared.messaging.marker import Marker
from shared.messaging.publisher import Publisher, RefusedRow, Row
from shared.telemetry.logs import get_logger

BATCH = 1000
POLL_SECONDS = 0.05
RELAY_LOCK = 7_033_002

FIRST_PAUSE, LONGEST_PAUSE = 0.2, 5.0
# A term that lasted this long, in seconds, was a good one: what ended it is tried again at once.
LONG_TERM = 10.0

# A leader whose machine vanished loses its lock after a minute, not after the two hours of the default.
_KEEPALIVE = {"tcp_keepalives_idle": "30", "tcp_keepalives_interval": "10", "tcp_keepalives_count": "3"}
_TRY_LOCK = "SELECT pg_try_advisory_lock($1)"
_READ = """
SELECT id, topic, key, headers::text AS headers, payload FROM outbox o
WHERE published_at IS NULL AND set_aside_at IS NULL AND id <> ALL($1::bigint[])
  AND NOT EXISTS (
    SELECT FROM outbox s WHERE s.set_aside_at IS NOT NULL AND s.published_at IS NULL
      AND s.topic = o.topic AND s.key = o.key AND s.id < o.id)
ORDER BY id LIMIT $2
"""
_SET_ASIDE = "UPDATE outbox SET set_aside_at = now(), error = $2 WHERE id = $1"

log = get_logger(__name__)


class Relay:
    """`run` until cancelled. `wake` shortens the wait for a commit of the same process; the poll is the net."""

    def __init__(self, database_url: str, kafka: str, wake: asyncio.Event, poll_seconds: float = POLL_SECONDS) -> None:
        self._dsn = database_url.replace("postgresql+asyncpg://", "postgresql://", 1)
        self._kafka = kafka
        self._wake = wake
        self._poll = poll_seconds
        # Rows still to be sent alone since a batch was refused: one of them is to blame, or only their sum was.
        self.suspects = 0
        self.leading = False

    async def run(self) -> None:
        """Leads, or waits to; after any failure drops producer and connections and starts over."""
        pause = FIRST_PAUSE
        while True:
            started = time.monotonic()
            try:
                await self._lead()
            except (KafkaError, asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError) as error:
                log.warning("relay.restarting", error=type(error).__name__)
                pause = FIRST_PAUSE if time.monotonic() - started > LONG_TERM else min(pause * 2, LONGEST_PAUSE)
                await asyncio.sleep(pause)

    async def _lead(self) -> None:
        """One term: until something fails, or a row was refused and the term has to begin again."""
        reader = await self._connect()
        try:
            # Tried, not waited for: a waiting statement would hold back vacuum for as long as it waits.
            while not await reader.fetchval(_TRY_LOCK, RELAY_LOCK):  # noqa: ASYNC110 - no event tells of it
                await asyncio.sleep(1.0)
            writer = await self._connect()
            try:
                async with Publisher(self._kafka) as publisher, Marker(writer) as marker:
                    self.leading = True
                    refused = await self._publish_until_refused(reader, publisher, marker)
                if refused is not None:
                    await writer.execute(_SET_ASIDE, *refused)
            finally:
                writer.terminate()
        finally:
            self.leading = False
            reader.terminate()

    async def _connect(self) -> asyncpg.Connection:
        return await asyncpg.connect(self._dsn, timeout=10, command_timeout=60, server_settings=_KEEPALIVE)

    async def _publish_until_refused(
        self, reader: asyncpg.Connection, publisher: Publisher, marker: Marker
    ) -> tuple[int, str] | None:
        """Ends when Kafka refuses a batch: with its only row, or to find the culprit row by row."""
        batch: list[Row] = []
        while True:
            batch = batch or await self._read(reader, marker.unmarked)
            if not batch:
                await self._rest()
                marker.check()
                continue
            failpoint("relay:before-publish")
            sending = asyncio.create_task(publisher.send(batch))
            try:
                ids = [row["id"] for row in batch]
                full = len(batch) == self._limit
                following = await self._read(reader, marker.unmarked.union(ids)) if full else []
                await sending
            except RefusedRow as refusal:
                return self._culprit(batch, refusal)
            finally:
                sending.cancel()
            await marker.published(ids)
            self.suspects = max(0, self.suspects - len(batch))
            batch = following

    def _culprit(self, batch: list[Row], refusal: RefusedRow) -> tuple[int, str] | None:
        self.suspects = len(batch) if len(batch) > 1 else 0
        if self.suspects:
            return None
        outbox_id, topic = batch[0]["id"], batch[0]["topic"]
        log.error("relay.set_aside", outbox_id=outbox_id, topic=topic, error=refusal.code)
        return outbox_id, refusal.code

    @property
    def _limit(self) -> int:
        return 1 if self.suspects else BATCH

    async def _read(self, reader: asyncpg.Connection, in_flight: Iterable[int]) -> list[Row]:
        rows: list[Row] = await reader.fetch(_READ, list(in_flight), self._limit)
        return rows

    async def _rest(self) -> None:
        """Until a commit of this process, or the poll."""
        try:
            await asyncio.wait_for(self._wake.wait(), self._poll)
        except TimeoutError:
            return
        self._wake.clear()

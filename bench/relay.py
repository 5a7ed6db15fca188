"""The relay against a raw aiokafka producer that sends the same bytes."""

import asyncio
import time

import asyncpg
import orjson
from aiokafka import AIOKafkaProducer

from bench.rows import Row, paired
from shared.database.engine import Database
from shared.messaging.relay import Relay
from tests.builders.messaging import create_schema, outbox

TOPIC = "cer.bench.relay"
ROWS = 20_000
KEYS = 2_000
ROUNDS = 3
CHUNK = 1_000

_FILL = """
INSERT INTO outbox (event_id, aggregate_type, aggregate_id, aggregate_version, type, topic, key, headers, payload)
SELECT gen_random_uuid(), 'probe', (n % $2)::text, n, 'fr.cer.probe.Counted.v1', $3,
       '019505b0-0000-7000-8000-' || lpad((n % $2)::text, 12, '0'),
       jsonb_build_object('content-type', 'application/json', 'ce_specversion', '1.0', 'ce_id', gen_random_uuid()::text,
           'ce_source', 'urn:cer:probe', 'ce_type', 'fr.cer.probe.Counted.v1', 'ce_time', '2026-03-02T09:00:00Z',
           'ce_subject', (n % $2)::text, 'ce_dataschema', 'urn:cer:schema:probe:Counted:1',
           'ce_aggregateversion', n::text, 'ce_partitionkey', (n % $2)::text,
           'traceparent', '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'),
       convert_to(rpad('{"probe_id": "' || n || '"', 500, 'x'), 'UTF8')
FROM generate_series(1, $1::int) AS n
"""


async def measure(database_url: str, kafka: str) -> list[Row]:
    """Rows a second, three rounds of both."""
    database = Database(database_url, outbox())
    await create_schema(database)
    await database.close()
    rounds = []
    connection = await asyncpg.connect(database_url.replace("+asyncpg", ""))
    for _ in range(ROUNDS):
        await connection.execute("TRUNCATE outbox")
        await connection.execute(_FILL, ROWS, KEYS, TOPIC)
        await connection.execute("ANALYZE outbox")
        floor = await _raw(connection, kafka)
        rounds.append((await _relay(connection, database_url, kafka), floor))
    await connection.close()
    return [paired("relay", "rows/s", ">= 0.5", rounds)]


async def _raw(connection: asyncpg.Connection, kafka: str) -> float:
    rows = await connection.fetch("SELECT topic, key, headers::text AS headers, payload FROM outbox ORDER BY id")
    messages = [
        (row["key"].encode(), row["payload"], [(k, v.encode()) for k, v in orjson.loads(row["headers"]).items()])
        for row in rows
    ]
    producer = AIOKafkaProducer(bootstrap_servers=kafka, enable_idempotence=True, acks="all")
    await producer.start()
    await producer.partitions_for(TOPIC)
    started = time.perf_counter()
    for start in range(0, len(messages), CHUNK):
        futures = [
            await producer.send(TOPIC, key=key, value=value, headers=headers)
            for key, value, headers in messages[start : start + CHUNK]
        ]
        await asyncio.gather(*futures)
    seconds = time.perf_counter() - started
    await producer.stop()
    return ROWS / seconds


async def _relay(connection: asyncpg.Connection, database_url: str, kafka: str) -> float:
    relay = Relay(database_url, kafka, asyncio.Event())
    started = time.perf_counter()
    running = asyncio.create_task(relay.run())
    while await connection.fetchval("SELECT count(*) FROM outbox WHERE published_at IS NULL"):
        await asyncio.sleep(0.05)
    seconds = time.perf_counter() - started
    running.cancel()
    await asyncio.wait([running])
    return ROWS / seconds

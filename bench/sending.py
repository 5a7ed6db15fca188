"""Mails handed to a local SMTP sink by the workers, against raw aiosmtplib on one connection; and reactions a second.

`python -m bench.sending` runs this alone; `CER_BENCH_MAILS` says with how many.
"""

import asyncio
import os
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from statistics import fmean

import aiosmtplib
import asyncpg
import uvloop
from sqlalchemy import text

from bench.replicas import Replicas, replicas
from bench.rows import Row, paired
from bench.sink import Sink, sink
from deploy.embedded.backing import start_backing
from services.notifications.adapters.mime import address_of, mime
from services.notifications.application.ports import Parcel, Words
from shared.database.migrations import migrate
from shared.events.contracts import CerReturned
from shared.events.envelope import Event
from shared.events.signature import SignatureExpired
from shared.kernel.ids import new_id
from shared.runtime.roles import ProcessRole
from tests.builders.deliveries import delivery_of
from tests.builders.notifications import NOW, readable
from tests.fixtures.databases import fresh_database
from tests.integration.notifications.conftest import Notifications, notifications_at

# A multiple of four: two topics, two replicas.
MAILS = int(os.environ.get("CER_BENCH_MAILS", "1000")) // 4 * 4
# By the number of replicas; what one alone does has no target. A machine's speed changes from one second to the next:
# rounds are short, each beside the raw mails of its moment.
ROUNDS = {1: 3, 2: 7}
# Of all replicas: Postfix grants a client 50 by default (smtpd_client_connection_count_limit).
CONNECTIONS = 32
# Seconds after which a mail that did not leave is waited for no more.
LONGEST = 300.0
SENDER = "ne-pas-repondre@departement.example"


async def measure(database_url: str, _: str = "") -> list[Row]:
    """Mails and reactions a second, several rounds of each, by one process and by two."""
    await asyncio.to_thread(migrate, "notifications", database_url)
    with tempfile.TemporaryDirectory() as folder, sink() as kept:
        only_api = frozenset({ProcessRole.API})
        async with notifications_at(database_url, Path(folder), "127.0.0.1:1", kept.port, only_api) as notifications:
            one = await _rounds(notifications, kept, 1)
            two = await _rounds(notifications, kept, 2)
    return [
        paired("mails by two replicas / raw aiosmtplib", "mails/s", ">= 0.7", two.mails),
        paired("mails by one replica / raw aiosmtplib", "mails/s", "", one.mails),
        paired("reactions of two replicas / raw aiosmtplib", "events/s", ">= 0.7", two.beside_mails),
        paired("reactions of one replica / raw asyncpg", "events/s", "", one.beside_rows),
    ]


@dataclass
class _Rounds:
    """Ours and the floor, a second, of each round."""

    mails: list[tuple[float, float]] = field(default_factory=list)
    beside_mails: list[tuple[float, float]] = field(default_factory=list)
    beside_rows: list[tuple[float, float]] = field(default_factory=list)


async def _rounds(notifications: Notifications, kept: Sink, count: int) -> _Rounds:
    rounds = _Rounds()
    settings = notifications.settings.model_copy(update={"mail_workers": CONNECTIONS // count})
    with replicas(settings, count) as running:
        for _round in range(ROUNDS[count]):
            raw_rows, before = await _raw_rows(notifications.settings.database_url), await _raw_mails(kept)
            heard, between = await _hear(notifications, running), await _raw_mails(kept)
            sent, after = await _send(notifications, running, kept), await _raw_mails(kept)
            rounds.beside_rows.append((heard, raw_rows))
            rounds.beside_mails.append((heard, fmean((before, between))))
            rounds.mails.append((sent, fmean((between, after))))
    return rounds


async def _hear(notifications: Notifications, running: Replicas) -> float:
    """Of two topics that make mails, by turns; sealed and written by who told them."""
    keys = notifications.keys
    events: list[Event] = []
    for _ in range(MAILS // 4):
        events += [readable(keys, CerReturned, cer_id=new_id()) for _ in range(2)]
        events += [readable(keys, SignatureExpired, cer_id=new_id(), signature_id=new_id()) for _ in range(2)]
    deliveries = [delivery_of(event, None, keys) for event in events]
    return MAILS / await asyncio.to_thread(running.hear, deliveries)


async def _send(notifications: Notifications, running: Replicas, kept: Sink) -> float:
    """All that waits, by the workers as they run, with as many connections as a busy site has, until it is recorded."""
    expected = kept.taken + MAILS
    begun = await asyncio.to_thread(running.work)
    async with asyncio.timeout(LONGEST):
        # The database is asked no more than it would be without us.
        while kept.taken < expected or await _some_left(notifications):
            await asyncio.sleep(0.01)
    seconds = time.perf_counter() - begun
    await asyncio.to_thread(running.rest)
    async with notifications.database.begin() as uow:
        left = await uow.session.scalar(text("SELECT count(*) FROM message WHERE status <> 'delivered'"))
        assert left == 0, f"{left} mails did not leave"
        await uow.session.execute(text("TRUNCATE message, work, outbox, inbox"))
    return MAILS / seconds


async def _some_left(notifications: Notifications) -> bool:
    async with notifications.database.read() as session:
        return bool(await session.scalar(text("SELECT EXISTS (SELECT FROM work WHERE status IN ('ready', 'leased'))")))


async def _raw_mails(kept: Sink) -> float:
    """The same mail, written once, on one connection: what no program can do faster."""
    words = Words(
        "CER n° 1 retourné", "Bonjour,\n\n" + "Texte du message. " * 40, "<!DOCTYPE html><p>" + "Texte. " * 150
    )
    data = mime(Parcel(new_id(), "camille.mirabel@example.org", words, NOW), address_of(SENDER))
    client = aiosmtplib.SMTP(hostname="127.0.0.1", port=kept.port, start_tls=False)
    await client.connect()
    begun = time.perf_counter()
    for _ in range(MAILS):
        await client.sendmail(SENDER, ["camille.mirabel@example.org"], data)
    seconds = time.perf_counter() - begun
    await client.quit()
    return MAILS / seconds


async def _raw_rows(database_url: str) -> float:
    """An inbox row, a message and its work row in one transaction, as durable as ours, and nothing else."""
    connection = await asyncpg.connect(database_url.replace("postgresql+asyncpg", "postgresql"))
    await connection.execute("CREATE TABLE raw (id uuid PRIMARY KEY, body text)")
    begun = time.perf_counter()
    for _ in range(MAILS):
        async with connection.transaction():
            for _row in range(3):
                await connection.execute("INSERT INTO raw VALUES ($1, $2)", new_id(), "x" * 700)
    seconds = time.perf_counter() - begun
    await connection.execute("DROP TABLE raw")
    await connection.close()
    return MAILS / seconds


async def _alone(admin_url: str) -> list[Row]:
    async with fresh_database(admin_url) as url:
        return await measure(url)


def main() -> None:
    """This measure alone."""
    with tempfile.TemporaryDirectory() as folder, start_backing(Path(folder), kafka=False) as backing:
        for row in uvloop.run(_alone(backing.postgres.admin_url)):
            print(f"{row.name:45}{row.ours:>10.1f}{row.floor:>10.1f}{row.ratio:>8.2f}  {row.target} {row.unit}")


if __name__ == "__main__":
    main()

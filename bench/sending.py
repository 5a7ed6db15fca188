"""Mails handed to a local SMTP sink by the workers, against raw aiosmtplib on one connection; and reactions a second.

The sink is a process of its own, and does nothing with what it takes. `python -m bench.sending` runs this alone.
"""

import asyncio
import multiprocessing
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path

import aiosmtplib
import asyncpg
import uvloop
from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlalchemy import text

from bench.rows import Row, paired
from deploy.embedded.backing import start_backing
from services.notifications.adapters.mime import address_of, mime
from services.notifications.application.commands.making import MAIL
from services.notifications.application.ports import Parcel, Words
from shared.database.migrations import migrate
from shared.events.contracts import CerReturned
from shared.kernel.ids import new_id
from shared.runtime.roles import ProcessRole
from tests.builders.notifications import NOW, readable
from tests.fixtures.databases import fresh_database
from tests.integration.notifications.conftest import Notifications, notifications_at

MAILS = 1_000
ROUNDS = 3
LANES = 8
SENDER = "ne-pas-repondre@departement.example"


async def measure(database_url: str, _: str = "") -> list[Row]:
    """Mails and reactions a second, three rounds of each."""
    await asyncio.to_thread(migrate, "notifications", database_url)
    with tempfile.TemporaryDirectory() as folder, sink() as port:
        only_api = frozenset({ProcessRole.API})
        async with notifications_at(database_url, Path(folder), "127.0.0.1:1", port, only_api) as notifications:
            sent, heard = [], []
            for _round in range(ROUNDS):
                reactions = await _hear(notifications)
                heard.append((reactions, await _raw_rows(database_url)))
                sent.append((await _send(notifications), await _raw_mails(port)))
    return [
        paired("mails / raw aiosmtplib, one connection", "mails/s", ">= 0.7", sent),
        paired("reactions that make a mail / raw asyncpg", "events/s", ">= 0.3", heard),
    ]


async def _hear(notifications: Notifications) -> float:
    events = [readable(notifications.keys, CerReturned, cer_id=new_id()) for _ in range(MAILS)]
    begun = time.perf_counter()
    for event in events:
        await notifications.hear(event)
    return MAILS / (time.perf_counter() - begun)


async def _send(notifications: Notifications) -> float:
    """All that waits, by as many lanes as a busy site has."""
    worker = notifications.worker(MAIL, mail_workers=LANES)
    begun = time.perf_counter()

    async def lane() -> None:
        while await worker.work_once():
            pass

    await asyncio.gather(*(lane() for _ in range(LANES)))
    seconds = time.perf_counter() - begun
    async with notifications.database.begin() as uow:
        left = await uow.session.scalar(text("SELECT count(*) FROM message WHERE status <> 'delivered'"))
        assert left == 0, f"{left} mails did not leave"
        await uow.session.execute(text("TRUNCATE message, work, outbox, inbox"))
    return MAILS / seconds


async def _raw_mails(port: int) -> float:
    """The same mail, written once, on one connection: what no program can do faster."""
    words = Words(
        "CER n° 1 retourné", "Bonjour,\n\n" + "Texte du message. " * 40, "<!DOCTYPE html><p>" + "Texte. " * 150
    )
    data = mime(Parcel(new_id(), "camille.mirabel@example.org", words, NOW), address_of(SENDER))
    client = aiosmtplib.SMTP(hostname="127.0.0.1", port=port, start_tls=False)
    await client.connect()
    begun = time.perf_counter()
    for _ in range(MAILS):
        await client.sendmail(SENDER, ["camille.mirabel@example.org"], data)
    seconds = time.perf_counter() - begun
    await client.quit()
    return MAILS / seconds


async def _raw_rows(database_url: str) -> float:
    """An inbox row, a message and its work row in one transaction, and nothing else."""
    connection = await asyncpg.connect(database_url.replace("postgresql+asyncpg", "postgresql"))
    await connection.execute("CREATE TEMPORARY TABLE raw (id uuid PRIMARY KEY, body text)")
    begun = time.perf_counter()
    for _ in range(MAILS):
        async with connection.transaction():
            for _row in range(3):
                await connection.execute("INSERT INTO raw VALUES ($1, $2)", new_id(), "x" * 700)
    seconds = time.perf_counter() - begun
    await connection.close()
    return MAILS / seconds


class _Nothing:
    """Takes every mail and keeps none."""

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802, ARG002
        return "250 OK"


def _listen(told: Connection) -> None:
    async def serve() -> None:
        server = await asyncio.get_running_loop().create_server(lambda: SMTP(_Nothing()), "127.0.0.1", 0)
        told.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    uvloop.run(serve())


@contextmanager
def sink() -> Iterator[int]:
    """The port of a server that takes every mail."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_listen, args=(theirs,), daemon=True)
    process.start()
    try:
        yield ours.recv()
    finally:
        process.terminate()


async def _alone(admin_url: str) -> list[Row]:
    async with fresh_database(admin_url) as url:
        return await measure(url)


def main() -> None:
    """This measure alone."""
    with tempfile.TemporaryDirectory() as folder, start_backing(Path(folder)) as backing:
        for row in uvloop.run(_alone(backing.postgres.admin_url)):
            print(f"{row.name:45}{row.ours:>10.1f}{row.floor:>10.1f}{row.ratio:>8.2f}  {row.target} {row.unit}")


if __name__ == "__main__":
    main()

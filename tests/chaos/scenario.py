"""One run: load, kills, poison, an hour without Kafka made of seconds, healing, replay, verdict."""

import asyncio
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from uuid import UUID

import asyncpg

from deploy.journey.steps import FLOW
from tests.chaos.journal import Journal
from tests.chaos.load import Load
from tests.chaos.oracle import Counts, Databases, judge
from tests.chaos.planting import Planter
from tests.chaos.system import System, running_system

SETTLE_SECONDS = 120.0


def run(duration: float, seed: int, outage: float, folder: Path | None = None) -> Counts:
    """Runs the crash test for `duration` seconds of load, with Kafka away for `outage` of them; counts the harm."""
    with (
        tempfile.TemporaryDirectory() as temporary,
        running_system(folder or Path(temporary), random.Random(seed)) as system,
    ):
        return asyncio.run(Scenario(system, duration, seed, outage).play())


class Scenario:
    """The script of a run."""

    def __init__(self, system: System, duration: float, seed: int, outage: float) -> None:
        self._system = system
        self._duration = duration
        self._outage = outage
        self._dice = random.Random(seed + 1)
        self._journal = Journal()
        self._counts = Counts(seed=seed)
        self._planter = Planter(system.kafka, system.keys, self._journal, random.Random(seed + 2))

    async def play(self) -> Counts:
        """Plays it."""
        databases = await self._system.connect()
        dossiers = await self._register(databases.contracts)
        started = time.monotonic()
        load = Load(self._system, self._journal, dossiers, self._planter, self._counts.seed)
        working = asyncio.create_task(load.run())
        planting = asyncio.create_task(self._plant())
        await self._storm(started)
        planting.cancel()
        await self._without_kafka()
        load.stop.set()
        self._system.parts.disarm()
        await self._mend_until(working)
        databases = await self._system.connect()
        await self._settle(databases)
        await self._operate(databases)
        await self._settle(databases)
        self._counts.seconds = round(time.monotonic() - started, 1)
        self._counts.kills = dict(self._system.parts.kills)
        self._counts.problems += load.faults
        await judge(self._counts, self._journal, databases, self._system.kafka)
        return self._counts

    async def _register(self, contracts: asyncpg.Connection) -> list[UUID]:
        """The CAF's flow gives the dossiers; the référent has them all, with a mobile."""
        contracts_cli = [sys.executable, "-m", "cer", "contracts"]
        environment = self._system.environment("contracts")
        for words in (["territories", "open", "nord", "Nord"], ["import", "cnaf", str(FLOW), "--territory", "nord"]):
            command = [*contracts_cli, *words]
            await asyncio.to_thread(subprocess.run, command, env=environment, check=True, capture_output=True)
        await contracts.execute(
            "UPDATE dossier SET referent_id = 'referent-nord', referent_since = current_date, "
            "telephone = '+33639980001', telephone_mobile = true"
        )
        return [row["id"] for row in await contracts.fetch("SELECT id FROM dossier")]

    async def _storm(self, started: float) -> None:
        """Every second or so something is killed, replanted or poisoned."""
        servers = [self._kill_kafka, self._kill_postgres]
        next_server = started + self._duration / 6
        while time.monotonic() - started < self._duration - self._outage:
            self._system.parts.mend(seam=True)
            if self._dice.random() < 0.5:
                self._system.parts.kill(self._dice.choice(self._system.parts.parts))
            if time.monotonic() > next_server:
                servers.append(servers.pop(0))
                await servers[-1]()
                next_server = time.monotonic() + min(25.0, self._duration / 4)
            await asyncio.sleep(0.5)

    async def _plant(self) -> None:
        """Poison and replanted messages, beside the kills."""
        while True:
            await self._planter.poison()
            await self._planter.again(20)
            await asyncio.sleep(4.0)

    async def _kill_kafka(self) -> None:
        self._system.parts.kills["kafka"] += 1
        await asyncio.to_thread(self._system.backing.kafka.kill)
        await asyncio.to_thread(self._system.backing.kafka.restart)

    async def _kill_postgres(self) -> None:
        self._system.parts.kills["postgres"] += 1
        await asyncio.to_thread(self._system.backing.postgres.kill)
        await asyncio.to_thread(self._system.backing.postgres.restart)

    async def _without_kafka(self) -> None:
        """Kafka is down for a while: commands go on being accepted."""
        if self._outage <= 0:
            return
        self._system.parts.kills["kafka"] += 1
        await asyncio.to_thread(self._system.backing.kafka.kill)
        self._journal.kafka_down = True
        until = time.monotonic() + self._outage
        while time.monotonic() < until:
            self._system.parts.mend(seam=False)
            await asyncio.sleep(0.2)
        self._journal.kafka_down = False
        await asyncio.to_thread(self._system.backing.kafka.restart)
        if self._journal.accepted_without_kafka == 0:
            self._counts.problems.append("no command was accepted while Kafka was away")

    async def _mend_until(self, working: "asyncio.Task[None]") -> None:
        async with asyncio.timeout(SETTLE_SECONDS + self._outage):
            while not working.done():
                self._system.parts.mend(seam=False)
                await asyncio.sleep(0.2)
        await working

    async def _settle(self, databases: Databases) -> None:
        """Until every outbox is empty and the consumers have stopped making progress."""
        quiet, last = 0, -1
        async with asyncio.timeout(SETTLE_SECONDS):
            while quiet < 6:
                self._system.parts.mend(seam=False)
                pending = handled = 0
                for connection in databases.all().values():
                    pending += await connection.fetchval("SELECT count(*) FROM outbox WHERE published_at IS NULL")
                    handled += await connection.fetchval(
                        "SELECT (SELECT count(*) FROM inbox) + (SELECT count(*) FROM parked_event)"
                    )
                quiet = quiet + 1 if pending == 0 and handled == last else 0
                last = handled
                await asyncio.sleep(0.5)

    async def _operate(self, databases: Databases) -> None:
        """The operator drops the forged decisions, then replays what was held back behind them, in order."""
        victims = [str(cer_id).encode() for cer_id in self._journal.victims]
        forged = await databases.contracts.fetch(
            "SELECT id FROM parked_event WHERE code = 'impossible-move' AND key = ANY($1::bytea[])", victims
        )
        if forged:
            await self._parked("drop", *(str(row["id"]) for row in forged))
        await self._parked("replay", "--all")
        self._journal.planted["impossible-move"] = len(forged)

    async def _parked(self, *arguments: str) -> None:
        environment = self._system.environment("contracts")
        command = [sys.executable, "-m", "cer", "contracts", "parked", *arguments]
        done = await asyncio.to_thread(
            subprocess.run, command, env=environment, capture_output=True, text=True, check=False
        )
        if done.returncode:
            self._counts.problems.append(f"cer contracts parked {' '.join(arguments)}: {done.stderr[-300:]}")

"""Imports over HTTP: a file is staged, previewed by the worker, then applied by it once somebody has seen it."""

import hashlib
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import IO, BinaryIO, cast
from uuid import UUID

from services.contracts.application.commands.loading import Desk, refuse_stale
from services.contracts.application.commands.runs import Runner
from services.contracts.application.ports import Stores, StoresOf
from services.contracts.domain.imports.flow import Refused
from services.contracts.domain.imports.lines import Part, Rules
from services.contracts.domain.imports.run import ImportTooLarge, Run
from shared.database.engine import Database
from shared.kernel.clock import Clock
from shared.kernel.errors import NotFound, RaceLost, Refusal
from shared.telemetry.logs import get_logger

log = get_logger(__name__)

PART_BYTES = 1024 * 1024

Reader = Callable[[BinaryIO, Run], tuple[Rules, Iterator[Part]]]


@dataclass(frozen=True)
class Received:
    """A file that came whole."""

    file: IO[bytes]
    sha256: str
    size: int


@asynccontextmanager
async def receive(chunks: AsyncIterator[bytes], max_mib: int) -> AsyncIterator[Received]:
    """The body in a temporary file without a name. Raises ImportTooLarge."""
    digest, size = hashlib.sha256(), 0
    with tempfile.TemporaryFile() as file:
        async for chunk in chunks:
            size += len(chunk)
            if size > max_mib * 1024 * 1024:
                raise ImportTooLarge(f"Le fichier dépasse {max_mib} Mio : découpez-le, ou employez la commande.")
            digest.update(chunk)
            file.write(chunk)
        file.seek(0)
        yield Received(file, digest.hexdigest(), size)


async def stage(desk: Desk, run: Run, kept: IO[bytes]) -> None:
    """Keeps these bytes until the run's term; the worker will preview it."""
    await desk.stores.runs.add(run)
    kept.seek(0)
    rank = 0
    while part := kept.read(PART_BYTES):
        await desk.stores.runs.store_part(run.id, rank, part)
        rank += 1


async def load_run(stores: Stores, run_id: UUID) -> Run:
    """The run. Raises NotFound."""
    run = await stores.runs.find(run_id)
    if run is None:
        raise NotFound("Cet import n'existe pas.")
    return run


async def apply_run(desk: Desk, run_id: UUID, seen: int) -> Run:
    """Has the worker apply what was previewed. Raises NotFound, RaceLost, ImportNotReady, ImportExpired."""
    run = await load_run(desk.stores, run_id)
    refuse_stale(seen, run.version)
    if not await desk.stores.runs.is_staged(run_id):
        run.refuse_gone()
    run.start_applying(desk.clock.now())
    await desk.stores.runs.forget_refusals(run.id)
    await desk.stores.runs.save(run)
    return run


@asynccontextmanager
async def staged_file(stores: Stores, run: Run) -> AsyncIterator[BinaryIO]:
    """The file of a run, in a temporary file without a name."""
    with tempfile.TemporaryFile() as file:
        async for part in stores.runs.parts(run.id):
            file.write(part)
        file.seek(0)
        yield cast("BinaryIO", file)


@dataclass(frozen=True)
class Staging:
    """The worker's side: takes staged runs to their next rest, and deletes what is past its term."""

    database: Database
    stores_of: StoresOf
    clock: Clock
    reader: Reader

    async def work(self) -> int:
        """Everything that is due; says how many runs. A run that was cut short goes on after its last batch."""
        async with self.database.read() as session:
            turn = self.stores_of(session).runs
            if not await turn.take_turn():
                return 0
            try:
                return await self._work()
            finally:
                await turn.end_turn()

    async def _work(self) -> int:
        async with self.database.begin() as uow:
            runs = self.stores_of(uow.session).runs
            await runs.purge(self.clock.now())
            for run_id in await runs.without_file():
                run = await load_run(self.stores_of(uow.session), run_id)
                run.lose_file()
                await runs.save(run)
        async with self.database.read() as session:
            due = await self.stores_of(session).runs.at_work()
        for run_id in due:
            await self._take(run_id)
        return len(due)

    async def _take(self, run_id: UUID) -> None:
        async with self.database.read() as session:
            stores = self.stores_of(session)
            run = await load_run(stores, run_id)
            async with staged_file(stores, run) as file:
                await self._go(run, file)
        log.info("imports.rested", import_id=str(run_id), state=run.state.value, lines=run.report.lines)

    async def _go(self, run: Run, file: BinaryIO) -> None:
        rules, parts = self.reader(file, run)
        try:
            await Runner(self.database, self.stores_of, self.clock).go(run, rules, parts)
        except RaceLost:
            raise
        except Refusal as refusal:
            run.interrupt(Refused(run.position, refusal.code, refusal.detail))
            async with self.database.begin() as uow:
                await self.stores_of(uow.session).runs.save(run)

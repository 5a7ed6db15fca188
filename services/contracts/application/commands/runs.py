"""Runs an import: previews it, applies it, and goes on from the last committed line after a kill."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from services.contracts.application.commands.lines import Done, LineImporter
from services.contracts.application.ports import StoresOf
from services.contracts.domain.imports.lines import LineReport, Part, Rules
from services.contracts.domain.imports.run import Run, RunState
from shared.database.engine import Database
from shared.database.unit_of_work import UnitOfWork
from shared.kernel.clock import Clock


@dataclass(frozen=True)
class RunJournal:
    """Commits how far the run came with each batch: a killed run is taken up after it, and does nothing twice.

    `staged`: an erasure may take the file away meanwhile, and what was read of it before brings nobody back.
    """

    stores_of: StoresOf
    run: Run
    staged: bool

    async def advance(self, uow: UnitOfWork, done: Done) -> None:
        """Stores position, counts, refusals; while previewing, the differences too. Raises RaceLost, ImportExpired."""
        runs, run = self.stores_of(uow.session).runs, self.run
        if self.staged and not await runs.is_staged(run.id):
            run.refuse_gone()
        await runs.keep(run.id, done.report.refused, done.report.kept)
        if run.state is RunState.PREVIEWING:
            await runs.stage(run.id, done.differences, done.named)
        await runs.save(self._after(done))

    def committed(self, done: Done) -> None:
        """The run in memory is again the stored one."""
        after = self._after(done)
        self.run.position, self.run.report, self.run.version = after.position, after.report, self.run.version + 1

    def _after(self, done: Done) -> Run:
        return replace(self.run, position=done.last, report=self.run.report.plus(done.report).bare())


@dataclass(frozen=True)
class Runner:
    """Takes runs from where they stand to their end."""

    database: Database
    stores_of: StoresOf
    clock: Clock
    told: Callable[[LineReport], None] = lambda _: None

    async def go(self, run: Run, rules: Rules, parts: Iterator[Part]) -> LineReport:
        """Previews or applies the lines after the run's position; the report with all of its lists."""
        async with self.database.read() as session:
            staged = await self.stores_of(session).runs.is_staged(run.id)
        importer = LineImporter(
            self.database,
            self.stores_of,
            self.clock,
            run.kind,
            rules,
            RunJournal(self.stores_of, run, staged),
            lambda _: self.told(run.report),
        )
        left = (part for part in parts if part.number > run.position)
        went = await importer.run(left, dry_run=run.state is RunState.PREVIEWING)
        async with self.database.begin() as uow:
            runs = self.stores_of(uow.session).runs
            run.report.interrupted = went.interrupted
            if run.state is RunState.PREVIEWING:
                run.previewed()
            else:
                run.applied()
            await runs.save(run)
            return run.report.plus(
                LineReport(refused=await runs.refusals(run.id, kept=False), kept=await runs.refusals(run.id, kept=True))
            )

    async def begin(self, run: Run) -> Run:
        """The stored run of this file when it was cut short, the given one from its first line otherwise."""
        async with self.database.begin() as uow:
            runs = self.stores_of(uow.session).runs
            known = await runs.find(run.id)
            if known is None:
                run.restart()
                await runs.add(run)
                return run
            if known.state is not RunState.APPLYING:
                known.restart()
                known.expires_at = run.expires_at
                await runs.forget(known.id)
                await runs.save(known)
            return known

"""Takes work rows of one kind and hands them to a function, several at a time.

Each is tried by itself, but what its lanes ask of the database at the same time is asked together: taking, marking
what is handed over, closing.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

from opentelemetry.trace import SpanKind
from sqlalchemy.exc import SQLAlchemyError

from shared.database.engine import Database
from shared.database.grouped import Grouped
from shared.messaging import work_rows
from shared.messaging.failpoints import failpoint
from shared.messaging.holding import held
from shared.messaging.work import GiveUp, Job, LeaseLost, Outcome, RetryLater, Together, Untried
from shared.messaging.work_rows import Result, Wanted
from shared.telemetry import metrics
from shared.telemetry.logs import get_logger
from shared.telemetry.traces import context_of, current_traceparent, tracer

log = get_logger(__name__)

Handler = Callable[[Job], Awaitable[Outcome]]

# What a handler did not foresee is tried a few times, then shown.
UNFORESEEN_TRIES = 5
# Seconds for which rows are gathered, to be taken or closed together, where one came right before; and the part of the
# lanes that need not be waited for: the others have work meanwhile. Few lanes wait for nobody.
GATHERING, ENOUGH = 0.1, 4
# The same for what is marked before it is handed over, while the provider has a connection open for it; the part is of
# those that hand over at the same time.
MARKING = 0.03
# A row that took so many workers with it is not given to another.
MOST_LAPSES = 5


class Worker:
    """`run` until cancelled. `wake` shortens the wait when the row was added by this process.

    `behind` names a kind whose due rows pass first. `on_lost` says what becomes of a row whose worker died after
    handing it over (see `Job.handing_over`), and `on_give_up` what is told when a handler kept failing in ways that it
    did not foresee. With `held_seconds`, a lease is renewed while the handler works, for so long at most: it can then
    be short, and what a dead worker had in hand goes on soon. `places`: how many of the lanes can be handing over at
    the same time; none: all of them.
    """

    def __init__(
        self,
        database: Database,
        kind: str,
        handler: Handler,
        *,
        concurrency: int = 2,
        lease_seconds: float = 120.0,
        wake: asyncio.Event | None = None,
        on_lost: Handler | None = None,
        on_give_up: Callable[[Job, str], Awaitable[Outcome]] | None = None,
        poll_seconds: float = 0.5,
        behind: str | None = None,
        held_seconds: float = 0.0,
        places: int | None = None,
    ) -> None:
        self.kind = kind
        self._database = database
        self._handler = handler
        self._concurrency = concurrency
        self._wanted = Wanted(kind, lease_seconds, behind)
        self._wake = wake or asyncio.Event()
        self._on_lost = on_lost
        self._on_give_up = on_give_up
        self._poll = poll_seconds
        self._held_seconds = held_seconds
        enough, marks = _enough(concurrency), _enough(places or concurrency)
        self._taking: Grouped[None, Job | None] = Grouped(self._take, pause=GATHERING, enough=enough)
        self._marking: Grouped[Job, None] = Grouped(self._mark, pause=MARKING, enough=marks)
        self._closing: Grouped[Result, None] = Grouped(self._close, pause=GATHERING, enough=enough)

    async def run(self) -> None:
        """Works until cancelled; then what is known is still written down, and rows in hand are left to their lease."""
        try:
            async with asyncio.TaskGroup() as lanes:
                for _ in range(self._concurrency):
                    lanes.create_task(self._lane())
        finally:
            await self._closing.settled()

    async def _lane(self) -> None:
        lane = asyncio.current_task()
        # Before Python 3.12 `wait_for`, in whatever library, forgets a cancellation that comes together with what it
        # waited for: the lane would go on, and whoever stops the worker would wait for ever.
        while lane is None or not lane.cancelling():
            try:
                busy = await self.work_once()
            except (SQLAlchemyError, OSError, TimeoutError) as error:
                log.warning("worker.database_away", kind=self.kind, error=type(error).__name__)
                await asyncio.sleep(1.0)
                continue
            if not busy:
                await self._rest()

    async def work_once(self) -> bool:
        """Handles one row if one is due."""
        job = await self._taking(None)
        if job is None:
            return False
        with tracer.start_as_current_span(
            f"work {self.kind}",
            context=context_of(job.trace),
            kind=SpanKind.INTERNAL,
            attributes={"cer.work.kind": self.kind, "cer.work.attempts": job.attempts},
        ):
            job.trace = current_traceparent()
            try:
                async with held(job, self._wanted.lease_seconds, self._held_seconds):
                    outcome = await self._outcome(job)
                failpoint(f"worker:{self.kind}:done-not-recorded")
                await self._finish(job, outcome)
            except LeaseLost:
                log.warning("worker.lease_lost", kind=self.kind, work_id=str(job.id))
                return True
            except (SQLAlchemyError, OSError, TimeoutError):
                raise
            except Exception:
                # The result could not be recorded. As if the worker had died here, the row is left to its lease; the
                # other lanes go on.
                log.exception("worker.not_recorded", kind=self.kind, work_id=str(job.id))
                return True
        metrics.WORK.labels(self.kind, type(outcome).__name__).inc()
        return True

    async def _take(self, lanes: Sequence[None]) -> list[Job | None]:
        jobs = await work_rows.take_many(self._database, self._wanted, len(lanes), self._marking)
        return [*jobs, *[None] * (len(lanes) - len(jobs))]

    async def _mark(self, jobs: Sequence[Job]) -> list[LeaseLost | None]:
        return await work_rows.mark_many(self._database, jobs)

    async def _close(self, results: Sequence[Result]) -> list[Exception | None]:
        return await work_rows.finish_many(self._database, results)

    async def _finish(self, job: Job, outcome: Outcome) -> None:
        """What cannot be written together with others is written beside them, since it may wait for a lock."""
        alone = not isinstance(outcome, RetryLater | Untried) and not isinstance(outcome.record, Together | None)
        if alone:
            await work_rows.finish(job, outcome)
        else:
            # A lane that is stopped while it waits for its turn has its result all the same.
            await asyncio.shield(self._closing((job, outcome)))

    async def _outcome(self, job: Job) -> Outcome:
        try:
            if job.lost and self._on_lost is not None:
                return await self._on_lost(job)
            if job.lapses > MOST_LAPSES:
                return await self._give_up(job, "worker-died")
            return await self._handler(job)
        except LeaseLost:
            raise
        except Exception as error:
            log.exception("worker.unforeseen", kind=self.kind, work_id=str(job.id))
            if job.handed_over and self._on_lost is not None:
                # The provider may have it: trying again could send it twice.
                return await self._on_lost(job)
            if job.attempts < UNFORESEEN_TRIES:
                return RetryLater(timedelta(seconds=min(2.0**job.attempts, 60.0)), type(error).__name__)
            return await self._give_up(job, type(error).__name__)

    async def _give_up(self, job: Job, code: str) -> Outcome:
        if self._on_give_up is not None:
            return await self._on_give_up(job, code)
        return GiveUp(code)

    async def _rest(self) -> None:
        try:
            await asyncio.wait_for(self._wake.wait(), self._poll)
        except TimeoutError:
            return
        self._wake.clear()


def _enough(lanes: int) -> int:
    return max(1, lanes // ENOUGH)

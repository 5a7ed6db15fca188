"""Takes work rows of one kind and hands them to a function, several at a time."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

from opentelemetry.trace import SpanKind
from sqlalchemy.exc import SQLAlchemyError

from shared.database.engine import Database
from shared.messaging import work
from shared.messaging.failpoints import failpoint
from shared.messaging.holding import held
from shared.messaging.work import GiveUp, Job, LeaseLost, Outcome, RetryLater
from shared.telemetry import metrics
from shared.telemetry.logs import get_logger
from shared.telemetry.traces import context_of, tracer

log = get_logger(__name__)

Handler = Callable[[Job], Awaitable[Outcome]]

# What a handler did not foresee is tried a few times, then shown.
UNFORESEEN_TRIES = 5
# A row that took so many workers with it is not given to another.
MOST_LAPSES = 5


class Worker:
    """`run` until cancelled. `wake` shortens the wait when the row was added by this process.

    `behind` names a kind whose due rows pass first. `on_lost` says what becomes of a row whose worker died after
    handing it over (see `Job.handing_over`), and `on_give_up` what is told when a handler kept failing in ways that it
    did not foresee. With `held_seconds`, a lease is renewed while the handler works, for so long at most: it can then
    be short, and what a dead worker had in hand goes on soon.
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
    ) -> None:
        self.kind = kind
        self._database = database
        self._handler = handler
        self._concurrency = concurrency
        self._lease_seconds = lease_seconds
        self._wake = wake or asyncio.Event()
        self._on_lost = on_lost
        self._on_give_up = on_give_up
        self._poll = poll_seconds
        self._behind = behind
        self._held_seconds = held_seconds

    async def run(self) -> None:
        """Works until cancelled; rows in hand are left to their lease."""
        async with asyncio.TaskGroup() as lanes:
            for _ in range(self._concurrency):
                lanes.create_task(self._lane())

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
        job = await work.take(self._database, self.kind, self._lease_seconds, self._behind)
        if job is None:
            return False
        with tracer.start_as_current_span(
            f"work {self.kind}",
            context=context_of(job.traceparent),
            kind=SpanKind.INTERNAL,
            attributes={"cer.work.kind": self.kind, "cer.work.attempts": job.attempts},
        ):
            try:
                async with held(job, self._lease_seconds, self._held_seconds):
                    outcome = await self._outcome(job)
                failpoint(f"worker:{self.kind}:done-not-recorded")
                await work.finish(job, outcome)
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

"""A lease renewed while its work goes on: short, so that a kill costs little, and never lost by a slow machine."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.exc import SQLAlchemyError

from shared.messaging import work
from shared.messaging.work import Job
from shared.telemetry.logs import get_logger

log = get_logger(__name__)

# Two beats may fail, by a database that is away for a moment, before the lease runs out.
BEATS_A_LEASE = 3


@asynccontextmanager
async def held(job: Job, lease_seconds: float, at_most_seconds: float) -> AsyncIterator[None]:
    """Renews the row's lease as long as this is open, and `at_most_seconds`: what hangs is another's in the end.

    With `at_most_seconds` no longer than the lease, nothing is renewed.
    """
    beats = int(at_most_seconds / lease_seconds * BEATS_A_LEASE) - BEATS_A_LEASE if at_most_seconds else 0
    if beats <= 0:
        yield
        return
    beating = asyncio.create_task(_beat(job, lease_seconds, beats))
    try:
        yield
    finally:
        beating.cancel()
        await asyncio.wait([beating])


async def _beat(job: Job, lease_seconds: float, beats: int) -> None:
    for _ in range(beats):
        await asyncio.sleep(lease_seconds / BEATS_A_LEASE)
        try:
            if not await work.renew(job, lease_seconds):
                return  # It is another's: the result is refused when it comes.
        except (SQLAlchemyError, OSError, TimeoutError) as error:
            log.warning("worker.lease_not_renewed", kind=job.kind, work_id=str(job.id), error=type(error).__name__)

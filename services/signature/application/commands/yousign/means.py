"""What the work rows of Yousign work with."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from services.signature.application.ports import (
    ProviderAwayError,
    ProviderRefusedError,
    RemotesOf,
    RequestsOf,
    Seal,
    SignedFiles,
    SigningProvider,
)
from services.signature.domain.model import SignatureRequest
from services.signature.domain.states import State
from services.signature.domain.yousign.remote import Remote
from shared.database.unit_of_work import UnitOfWork
from shared.events.envelope import Event
from shared.kernel.clock import Clock
from shared.messaging.work import Job, LeaseLost, Record, RetryLater
from shared.objects.store import Objects
from shared.security.sealing import KeyRing
from shared.sms.phones import FRENCH_PLAN

FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=1), timedelta(minutes=5)
# Somebody has to mend the key or the plan first.
MENDING = timedelta(minutes=5)


@dataclass(frozen=True)
class Means:
    """What the work rows work with. `mail` is the département's address, for people who have none."""

    requests_of: RequestsOf
    remotes_of: RemotesOf
    keys: KeyRing
    objects: Objects
    seal: Seal
    provider: SigningProvider
    files: SignedFiles
    clock: Clock
    mail: str = ""
    prefixes: frozenset[str] = FRENCH_PLAN


@dataclass(frozen=True)
class Case:
    """A request, and what is known of its counterpart at Yousign."""

    job: Job
    request: SignatureRequest
    remote: Remote

    @property
    def reference(self) -> str:
        """Our name for it there: a try that crashed is found by it."""
        return str(self.request.id)


async def case_of(means: Means, job: Job) -> Case:
    """The request of a row, as it is now. Raises NotFound once it was erased."""
    request_id = UUID(job.payload["signature_id"])
    async with job.database.begin() as uow:
        request = await means.requests_of(uow).read(request_id)
        return Case(job, request, await means.remotes_of(uow).get(request_id))


async def keep(means: Means, case: Case, found: Remote) -> Remote:
    """Keeps what Yousign just said, at once: whatever crashes later finds it.

    Raises LeaseLost when another worker was told something else before.
    """
    async with case.job.database.begin() as uow:
        known = await means.remotes_of(uow).keep(found)
    if known != found:
        raise LeaseLost(str(case.job.id))
    return known


def changing(
    means: Means, case: Case, states: frozenset[State], change: Callable[[SignatureRequest, datetime], list[Event]]
) -> Record:
    """What a row's result does to its request, unless that is in another state by then."""

    async def record(uow: UnitOfWork) -> None:
        requests = means.requests_of(uow)
        request = await requests.get(case.request.id)
        if request.state in states:
            uow.emit(*change(request, means.clock.now()))
            await requests.save(request)

    return record


def again(job: Job, error: ProviderAwayError | ProviderRefusedError) -> RetryLater:
    """When to try again after a failure that passes."""
    if isinstance(error, ProviderRefusedError):
        return RetryLater(MENDING, "yousign-rights" if error.lasting else "yousign-refused")
    wait = min(FIRST_WAIT * 2 ** min(job.attempts, 9), LONGEST_WAIT)
    return RetryLater(max(wait, error.retry_after or wait), "yousign-away")

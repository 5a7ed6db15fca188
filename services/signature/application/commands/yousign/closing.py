"""What is left at Yousign of a request that ended here: nobody can sign it any more."""

from contextlib import suppress

from services.signature.application.commands.yousign.means import Case, Means
from services.signature.application.ports import ProviderLostError, SigningProvider
from services.signature.domain.states import State
from services.signature.domain.yousign.remote import RemoteRequest, RemoteStatus
from shared.database.unit_of_work import UnitOfWork
from shared.messaging.work import Done, Job, Outcome
from shared.telemetry.logs import get_logger

log = get_logger(__name__)


async def close_one(provider: SigningProvider, found: RemoteRequest) -> None:
    """A draft is removed, what is under way is cancelled, what ended or is gone stays so.

    Raises ProviderAwayError, ProviderRefusedError.
    """
    if found.status is RemoteStatus.DRAFT:
        await provider.delete(found.id, permanently=True)
    elif found.status.under_way:
        with suppress(ProviderLostError):
            await provider.cancel(found.id)


async def close(means: Means, case: Case) -> Outcome:
    """Closes what bears our reference. A signature that came too late is kept as a step, and said."""
    if case.request.state is State.COMPLETED:
        return Done()
    found = await _found(means, case)
    for one in found:
        await close_one(means.provider, one)
    if not any(one.status is RemoteStatus.DONE for one in found):
        return Done()
    log.warning("yousign.signed_too_late", signature_id=case.reference, state=case.request.state.value)

    async def record(uow: UnitOfWork) -> None:
        requests = means.requests_of(uow)
        request = await requests.get(case.request.id)
        request.steps.append(request.step(means.clock.now(), "signed_too_late", None))
        await requests.save(request)

    return Done(record)


async def _found(means: Means, case: Case) -> list[RemoteRequest]:
    if case.remote.remote_id is None:
        return await means.provider.find(case.reference)
    try:
        return [await means.provider.read(case.remote.remote_id)]
    except ProviderLostError:
        return []


async def erase(provider: SigningProvider, job: Job) -> bool:
    """Removes for good all that bears the reference of an erased request; whether there was anything."""
    found = await provider.find(job.payload["reference"])
    for one in found:
        await close_one(provider, one)
        await provider.delete(one.id, permanently=True)
    return bool(found)

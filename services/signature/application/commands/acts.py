"""The other acts on a request: a page is read, the person refuses, its time passes."""

from datetime import timedelta

from services.signature.application.commands.means import Means, Order, ordered
from services.signature.application.commands.yousign.rows import wake
from services.signature.domain.evidence import PageLook
from services.signature.domain.model import SignatureRequest
from shared.database.unit_of_work import UnitOfWork

DUE_AT_ONCE = 50
# A last try is judged at once; one that was not after this time died with its process.
JUDGED_WITHIN = timedelta(minutes=1)


async def record_page(means: Means, uow: UnitOfWork, order: Order, page: int) -> None:
    """Keeps that a page was served: SIGNER waits for all of them, and the last is a step of its own."""
    requests = means.requests_of(uow)
    # Only under its lock is it known which page is the last, and which one was shown until now: two may be served at
    # once.
    request = await ordered(requests, order)
    now = means.clock.now()
    await requests.record_page(order.request_id, PageLook(page, order.who.subject, now, order.origin))
    if request.show_page(page, order.who, now):
        await requests.save(request)


async def refuse(means: Means, uow: UnitOfWork, order: Order, reason: str) -> SignatureRequest:
    """REFUSER. Raises NotFound, NotYourCer, ImpossibleMove, RequestExpired."""
    requests = means.requests_of(uow)
    request = await ordered(requests, order)
    uow.emit(*request.refuse(order.who, reason, means.clock.now()))
    await requests.save(request)
    await wake(uow.session, request)
    return request


async def expire_due(means: Means) -> int:
    """Ends the open requests whose time has passed, some at once; how many. Replicas share them out."""
    async with means.database.begin() as uow:
        requests, now = means.requests_of(uow), means.clock.now()
        due = await requests.due(now, DUE_AT_ONCE)
        for request in due:
            uow.emit(*request.expire(now))
            await requests.save(request)
    return len(due)


async def lock_spent(means: Means) -> int:
    """Ends the requests that have no try left and whose last was never judged: a process died in between."""
    async with means.database.begin() as uow:
        requests, now = means.requests_of(uow), means.clock.now()
        spent = await requests.spent(now - JUDGED_WITHIN, DUE_AT_ONCE)
        for request in spent:
            uow.emit(*request.lock(None, now))
            await requests.save(request)
    return len(spent)

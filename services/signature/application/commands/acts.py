"""The other acts on a request: a page is read, the person refuses, its time passes."""

from services.signature.application.commands.means import Means, Order
from services.signature.domain.model import SignatureRequest
from shared.database.unit_of_work import UnitOfWork

DUE_AT_ONCE = 50


async def record_page(means: Means, uow: UnitOfWork, order: Order, page: int) -> None:
    """Keeps that a page was served to the agent: SIGNER waits for all of them."""
    await means.requests_of(uow).record_page(order.request_id, order.agent.subject, page, means.clock.now())


async def refuse(means: Means, uow: UnitOfWork, order: Order, reason: str) -> SignatureRequest:
    """REFUSER. Raises NotFound, NotYourCer, ImpossibleMove, RequestExpired."""
    requests = means.requests_of(uow)
    request = await requests.get(order.request_id)
    uow.emit(*request.refuse(order.agent, reason, means.clock.now()))
    await requests.save(request)
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

"""The work rows of requests that Yousign has signed: one a request, under an id that its own gives."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.signature.domain.model import SignatureRequest
from services.signature.domain.values import Provider
from shared.erasure.holdings import Elsewhere
from shared.kernel.ids import derived_id
from shared.messaging import work

KIND, ERASE_KIND = "yousign", "yousign-erase"


async def start(session: AsyncSession, request: SignatureRequest) -> None:
    """Has the request handed over to Yousign."""
    await work.enqueue(session, KIND, _row(request.id), {"signature_id": str(request.id)})


async def close(session: AsyncSession, request_id: UUID) -> None:
    """Has what is left of an ended request closed at Yousign, where its own row was given up."""
    await work.enqueue(session, KIND, derived_id("yousign-close", request_id), {"signature_id": str(request_id)})


async def wake(session: AsyncSession, request: SignatureRequest) -> None:
    """Something happened to a request: if it is Yousign's, what Yousign says of it is looked at now."""
    if request.provider is Provider.YOUSIGN:
        await wake_row(session, request.id)


async def wake_row(session: AsyncSession, request_id: UUID) -> bool:
    """The same, by its id; False when nothing is waiting any more."""
    return await work.wake(session, _row(request_id))


def order_erasure(request_id: UUID) -> Elsewhere:
    """The order to erase at Yousign all that bears our reference."""
    return Elsewhere(ERASE_KIND, derived_id("yousign-erase", request_id), {"reference": str(request_id)})


def _row(request_id: UUID) -> UUID:
    return derived_id("yousign", request_id)

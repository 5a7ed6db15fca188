"""What every endpoint works with."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request

from services.signature.application import queries
from services.signature.application.commands.means import Means
from services.signature.application.ports import PageImages
from services.signature.domain.model import SignatureRequest
from services.signature.domain.values import Origin
from shared.objects.store import Objects
from shared.security.principal import Principal


@dataclass(frozen=True)
class Desk:
    """What every endpoint works with; `origin` is where the request comes from, as the evidence keeps it."""

    means: Means
    pages: PageImages
    objects: Objects
    origin: Origin

    async def request(
        self, signature_id: UUID, agent: Principal, operation: str = "read-signature"
    ) -> SignatureRequest:
        """The request as it is now, for this of the table of rights. Raises NotFound."""
        async with self.means.database.begin() as uow:
            return await queries.seen_request(self.means.requests_of(uow), signature_id, agent, operation)


def desk(request: Request) -> Desk:
    """The dependency of every endpoint."""
    state = request.app.state
    # The proxies that are trusted were believed before.
    address = request.client.host if request.client else None
    return Desk(state.means, state.pages, state.objects, Origin.seen(address, request.headers.get("user-agent")))


AtDesk = Annotated[Desk, Depends(desk)]

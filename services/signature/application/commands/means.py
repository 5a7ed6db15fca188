"""What the commands work with."""

import asyncio
from dataclasses import dataclass, field
from uuid import UUID

from services.signature.application.ports import DeliveriesOf, QuotasOf, Requests, RequestsOf
from services.signature.domain.link import Person
from services.signature.domain.model import SignatureRequest
from services.signature.domain.otp import Binding
from services.signature.domain.phone import allowed_mobile
from services.signature.domain.values import NOWHERE, Origin
from shared.database.engine import Database
from shared.events.blocks import Identity
from shared.kernel.clock import Clock
from shared.security.principal import Principal
from shared.security.sealing import KeyRing
from shared.sms.ceilings import Ceilings
from shared.sms.gateway import SmsGateway
from shared.sms.phones import FRENCH_PLAN


@dataclass(frozen=True)
class Means:
    """What the commands work with. `pepper` is the key of the codes' hashes; `sealing` wakes the worker.

    `public_url` is where the person's phone finds this service; without it no SMS bears a link.
    """

    database: Database
    requests_of: RequestsOf
    quotas_of: QuotasOf
    deliveries_of: DeliveriesOf
    keys: KeyRing
    pepper: bytes
    sms: SmsGateway
    clock: Clock
    prefixes: frozenset[str] = FRENCH_PLAN
    ceilings: Ceilings = field(default_factory=Ceilings)
    public_url: str = ""
    sealing: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass(frozen=True)
class Order:
    """Which request, who asks, an agent or `PERSON` on the phone that a code's link opened, and from where."""

    request_id: UUID
    who: Principal | Person
    origin: Origin = NOWHERE


async def ordered(requests: Requests, order: Order) -> SignatureRequest:
    """The request, locked, whose steps will say from where the order came. Raises NotFound."""
    request = await requests.get(order.request_id)
    request.origin = order.origin
    return request


def code_binding(means: Means, request: SignatureRequest) -> Binding:
    """What a code of this request is bound to; the number is opened from its sealed block each time."""
    _, edition = request.halves()
    phone = allowed_mobile(means.keys.open(Identity, request.identity).telephone, means.prefixes)
    return Binding(request.id, phone, edition.document.sha256)

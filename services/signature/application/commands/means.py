"""What the commands work with."""

import asyncio
from dataclasses import dataclass, field
from uuid import UUID

from services.signature.application.ports import QuotasOf, RequestsOf
from services.signature.domain.model import SignatureRequest
from services.signature.domain.otp import Binding
from services.signature.domain.phone import french_mobile
from shared.database.engine import Database
from shared.events.blocks import Identity
from shared.kernel.clock import Clock
from shared.security.principal import Principal
from shared.security.sealing import KeyRing
from shared.sms.gateway import SmsGateway


@dataclass(frozen=True)
class Means:
    """What the commands work with. `pepper` is the key of the codes' hashes; `sealing` wakes the worker."""

    database: Database
    requests_of: RequestsOf
    quotas_of: QuotasOf
    keys: KeyRing
    pepper: bytes
    sms: SmsGateway
    clock: Clock
    sealing: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass(frozen=True)
class Order:
    """Which request, and which agent asks."""

    request_id: UUID
    agent: Principal


def code_binding(means: Means, request: SignatureRequest) -> Binding:
    """What a code of this request is bound to; the number is opened from its sealed block each time."""
    _, edition = request.halves()
    phone = french_mobile(means.keys.open(Identity, request.identity).telephone)
    return Binding(request.id, phone, edition.document.sha256)

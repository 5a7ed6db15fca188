"""SIGNER: a code is made, stored as a keyed hash, and sent. It is in memory in between, and nowhere else."""

from dataclasses import dataclass, field
from uuid import UUID

from pydantic import SecretStr

from services.signature.application.commands.counting import count_code
from services.signature.application.commands.means import Means, Order, code_binding, ordered
from services.signature.application.commands.metrics import CODES
from services.signature.domain import otp
from services.signature.domain.limits import check_code_allowed
from services.signature.domain.link import link_hash
from services.signature.domain.message import hidden, sms_text
from services.signature.domain.model import SignatureRequest
from services.signature.domain.otp import Code
from shared.database.unit_of_work import UnitOfWork
from shared.kernel.ids import new_id
from shared.security.onetime import new_code, new_token
from shared.sms.text import measure


@dataclass(frozen=True)
class Outgoing:
    """An SMS that is about to leave; its text is shown nowhere."""

    code_id: UUID
    to: str = field(repr=False)
    text: SecretStr


async def make_code(means: Means, uow: UnitOfWork, order: Order) -> tuple[SignatureRequest, Outgoing]:
    """SIGNER: makes a code and stores its keyed hash, as of unknown fate; `deliver` follows once this is committed.

    Raises the refusals of `check_code_allowed`, and those of the day's counts.
    """
    requests, now = means.requests_of(uow), means.clock.now()
    request = await ordered(requests, order)
    check_code_allowed(request, order.who, now)
    asked, edition = request.halves()
    binding = code_binding(means, request)
    secret, token = new_code(), new_token() if means.public_url else None
    link = SecretStr(f"{means.public_url}/s?{token.get_secret_value()}") if token is not None else None
    said = sms_text(secret, asked.numero, edition.document.sha256, link)
    await count_code(means, uow, (request, order.who.subject, binding.phone), measure(said.get_secret_value()).segments)
    made = Code(
        id=new_id(),
        sequence=len(request.codes) + 1,
        keyed_hash=otp.keyed_hash(means.pepper, binding, secret),
        asked_at=now,
        asked_by=order.who.subject,
        link_hash=link_hash(means.pepper, token) if token is not None else None,
    )
    request.add_code(made, hidden(said, secret, token))
    await requests.save(request)
    return request, Outgoing(made.id, binding.phone, said)


async def deliver(means: Means, request_id: UUID, outgoing: Outgoing) -> SignatureRequest:
    """Sends the SMS and keeps what became of it; a crash in between leaves the code `unknown`, as it was stored."""
    outcome = await means.sms.send(outgoing.to, outgoing.text, str(outgoing.code_id))
    CODES.labels(outcome.status.value).inc()
    async with means.database.begin() as uow:
        requests = means.requests_of(uow)
        request = await requests.get(request_id)
        told = request.record_sms(
            outgoing.code_id,
            outcome.status,
            outcome.receipt,
            means.clock.now(),
            provider=outcome.provider,
            fault=outcome.fault,
        )
        uow.emit(*told)
        await requests.save(request)
    return request

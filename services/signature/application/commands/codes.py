"""SIGNER: a code is made, stored as a keyed hash, and sent. It is in memory in between, and nowhere else."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from pydantic import SecretStr

from services.signature.application.commands.means import Means, Order, code_binding
from services.signature.application.commands.metrics import CODES
from services.signature.domain import otp, rules
from services.signature.domain.limits import check_code_allowed
from services.signature.domain.message import sms_text
from services.signature.domain.model import SignatureRequest
from services.signature.domain.otp import Code
from shared.database.unit_of_work import UnitOfWork
from shared.kernel.clock import legal_date
from shared.kernel.ids import new_id


@dataclass(frozen=True)
class Outgoing:
    """An SMS that is about to leave; its text is shown nowhere."""

    code_id: UUID
    to: str = field(repr=False)
    text: SecretStr


async def make_code(means: Means, uow: UnitOfWork, order: Order) -> tuple[SignatureRequest, Outgoing]:
    """SIGNER: makes a code and stores its keyed hash, as of unknown fate; `deliver` follows once this is committed.

    Raises the refusals of `check_code_allowed`, TooManyCodesForNumber, TooManyCodesByAgent.
    """
    requests, now = means.requests_of(uow), means.clock.now()
    request = await requests.get(order.request_id)
    check_code_allowed(request, order.agent, now)
    asked, edition = request.halves()
    binding = code_binding(means, request)
    await _use_quotas(means, uow, binding.phone, order.agent.subject, now)
    secret = otp.new_code()
    made = Code(
        id=new_id(),
        sequence=len(request.codes) + 1,
        keyed_hash=otp.keyed_hash(means.pepper, binding, secret),
        asked_at=now,
        asked_by=order.agent.subject,
    )
    request.add_code(made)
    await requests.save(request)
    return request, Outgoing(made.id, binding.phone, sms_text(secret, asked.numero, edition.document.sha256))


async def deliver(means: Means, request_id: UUID, outgoing: Outgoing) -> SignatureRequest:
    """Sends the SMS and keeps what became of it; a crash in between leaves the code `unknown`, as it was stored."""
    outcome = await means.sms.send(outgoing.to, outgoing.text, str(outgoing.code_id))
    CODES.labels(outcome.status.value).inc()
    async with means.database.begin() as uow:
        requests = means.requests_of(uow)
        request = await requests.get(request_id)
        uow.emit(*request.record_sms(outgoing.code_id, outcome.status, outcome.receipt, means.clock.now()))
        await requests.save(request)
    return request


async def _use_quotas(means: Means, uow: UnitOfWork, phone: str, agent: str, now: datetime) -> None:
    quotas, day = means.quotas_of(uow), legal_date(now)
    if not await quotas.use("number", otp.phone_mark(means.pepper, phone), day, rules.CODES_A_NUMBER_A_DAY):
        raise rules.TooManyCodesForNumber
    if not await quotas.use("agent", agent, day, rules.CODES_AN_AGENT_A_DAY):
        raise rules.TooManyCodesByAgent

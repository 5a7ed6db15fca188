"""What agents do to a signature request. A code is in memory from its making to its SMS, and nowhere else."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from pydantic import SecretStr

from services.signature.application.metrics import CODES
from services.signature.application.ports import QuotasOf, RequestsOf, SmsGateway
from services.signature.domain import otp, rules
from services.signature.domain.limits import check_code_allowed, code_to_compare
from services.signature.domain.message import sms_text
from services.signature.domain.model import SignatureRequest
from services.signature.domain.otp import Binding, Code
from services.signature.domain.phone import french_mobile
from services.signature.domain.states import Verb
from services.signature.domain.values import Step
from shared.database.engine import Database
from shared.database.unit_of_work import UnitOfWork
from shared.events.blocks import Identity
from shared.kernel.clock import Clock, legal_date
from shared.kernel.ids import derived_id, new_id
from shared.messaging import work
from shared.security.sealing import KeyRing

SEAL_KIND = "seal"
DUE_AT_ONCE = 50


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
    agent: str


@dataclass(frozen=True)
class Outgoing:
    """An SMS that is about to leave; its text is shown nowhere."""

    code_id: UUID
    to: str = field(repr=False)
    text: SecretStr


@dataclass(frozen=True)
class Try:
    """A try that was counted, and what it is compared with."""

    number: int
    binding: Binding
    keyed_hash: str


async def record_page(means: Means, uow: UnitOfWork, order: Order, page: int) -> None:
    """Keeps that a page was served to the agent: SIGNER waits for all of them."""
    await means.requests_of(uow).record_page(order.request_id, order.agent, page, means.clock.now())


async def make_code(means: Means, uow: UnitOfWork, order: Order) -> tuple[SignatureRequest, Outgoing]:
    """SIGNER: makes a code and stores its keyed hash, as of unknown fate; `deliver` follows once this is committed.

    Raises the refusals of `check_code_allowed`, TooManyCodesForNumber, TooManyCodesByAgent.
    """
    requests, now = means.requests_of(uow), means.clock.now()
    request = await requests.get(order.request_id)
    check_code_allowed(request, order.agent, now)
    asked, edition = request.halves()
    binding = _binding(means, request)
    await _use_quotas(means, uow, binding.phone, order.agent, now)
    secret = otp.new_code()
    made = Code(
        id=new_id(),
        sequence=len(request.codes) + 1,
        keyed_hash=otp.keyed_hash(means.pepper, binding, secret),
        asked_at=now,
        asked_by=order.agent,
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


async def count_try(means: Means, uow: UnitOfWork, order: Order) -> tuple[SignatureRequest, Try]:
    """Moves the counter of tries; it has to be committed before `judge` compares anything (OWASP ASVS 5.0, 6.6.3).

    Raises the refusals of `code_to_compare`.
    """
    requests, now = means.requests_of(uow), means.clock.now()
    request = await requests.get(order.request_id)
    code = code_to_compare(request, order.agent, now)
    step = Step(now, Verb.TRY_CODE, order.agent, {"sequence": code.sequence})
    number = await requests.count_try(request.id, step)
    if number is None:
        raise rules.TooManyTries
    return request, Try(number, _binding(means, request), code.keyed_hash)


async def judge(means: Means, order: Order, tried: Try, typed: SecretStr) -> SignatureRequest:
    """Compares the code typed. The right one signs; a wrong one at the last try locks the request.

    Raises WrongCode, TooManyTries, and ImpossibleMove when the request ended meanwhile.
    """
    right = otp.matches(means.pepper, tried.binding, typed, tried.keyed_hash)
    last = tried.number >= rules.MAX_TRIES
    if not right and not last:
        CODES.labels("wrong").inc()
        raise rules.WrongCode(rules.MAX_TRIES - tried.number)
    async with means.database.begin() as uow:
        requests, now = means.requests_of(uow), means.clock.now()
        request = await requests.get(order.request_id)
        if right:
            request.sign(order.agent, "referent", now)
            await work.enqueue(
                uow.session, SEAL_KIND, derived_id("seal", request.id), {"signature_id": str(request.id)}
            )
        else:
            uow.emit(*request.lock(order.agent, now))
        await requests.save(request)
    CODES.labels("verified" if right else "locked").inc()
    if not right:
        raise rules.TooManyTries
    means.sealing.set()
    return request


async def refuse(means: Means, uow: UnitOfWork, order: Order, reason: str) -> SignatureRequest:
    """REFUSER. Raises NotFound, ImpossibleMove, NotYourCer, RequestExpired."""
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


async def _use_quotas(means: Means, uow: UnitOfWork, phone: str, agent: str, now: datetime) -> None:
    quotas, day = means.quotas_of(uow), legal_date(now)
    if not await quotas.use("number", otp.phone_mark(means.pepper, phone), day, rules.CODES_A_NUMBER_A_DAY):
        raise rules.TooManyCodesForNumber
    if not await quotas.use("agent", agent, day, rules.CODES_AN_AGENT_A_DAY):
        raise rules.TooManyCodesByAgent


def _binding(means: Means, request: SignatureRequest) -> Binding:
    """What a code of this request is bound to; the number is opened from its sealed block each time."""
    _, edition = request.halves()
    phone = french_mobile(means.keys.open(Identity, request.identity).telephone)
    return Binding(request.id, phone, edition.document.sha256)

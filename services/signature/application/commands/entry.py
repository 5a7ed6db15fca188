"""The person's code is typed: the try is counted, then compared."""

from dataclasses import dataclass

from pydantic import SecretStr

from services.signature.application.commands.means import Means, Order, code_binding, ordered
from services.signature.application.commands.metrics import CODES
from services.signature.application.commands.sealing import SEAL_KIND
from services.signature.domain import otp, rules
from services.signature.domain.limits import code_to_compare
from services.signature.domain.link import PERSON
from services.signature.domain.model import SignatureRequest
from services.signature.domain.otp import Binding
from services.signature.domain.states import Verb
from shared.database.unit_of_work import UnitOfWork
from shared.kernel.ids import derived_id
from shared.messaging import work


@dataclass(frozen=True)
class Try:
    """A try that was counted, and what it is compared with."""

    number: int
    binding: Binding
    keyed_hash: str


async def count_try(means: Means, uow: UnitOfWork, order: Order) -> tuple[SignatureRequest, Try]:
    """Moves the counter of tries; it has to be committed before `judge` compares anything (OWASP ASVS 5.0, 6.6.3).

    Raises the refusals of `code_to_compare`.
    """
    requests, now = means.requests_of(uow), means.clock.now()
    request = await ordered(requests, order)
    code = code_to_compare(request, order.who, now)
    step = request.step(now, Verb.TRY_CODE, order.who.subject, sequence=code.sequence)
    number = await requests.count_try(request.id, step)
    if number is None:
        raise rules.TooManyTries
    return request, Try(number, code_binding(means, request), code.keyed_hash)


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
        request = await ordered(requests, order)
        if right:
            request.sign(order.who.subject, "person" if order.who is PERSON else "referent", now)
            await work.enqueue(
                uow.session, SEAL_KIND, derived_id("seal", request.id), {"signature_id": str(request.id)}
            )
        else:
            uow.emit(*request.lock(order.who.subject, now))
        await requests.save(request)
    CODES.labels("verified" if right else "locked").inc()
    if not right:
        raise rules.TooManyTries
    means.sealing.set()
    return request

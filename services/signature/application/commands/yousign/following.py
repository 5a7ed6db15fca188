"""Looks at what Yousign says of an open request: the one truth, whichever webhooks came, late, twice or never."""

from datetime import datetime, timedelta

from services.signature.application.commands.yousign.means import Case, Means, changing
from services.signature.application.ports import ProviderRefusedError
from services.signature.domain.model import SignatureRequest
from services.signature.domain.states import State
from services.signature.domain.yousign.remote import RemoteRequest, RemoteStatus
from services.signature.domain.yousign.request import SOONEST, pace
from shared.events.envelope import Event
from shared.messaging.work import Done, LookAgain, Outcome, RetryLater
from shared.telemetry.logs import get_logger

log = get_logger(__name__)

_OPEN = frozenset({State.OPENED})
_AT_ONCE = timedelta()


async def follow(means: Means, case: Case) -> Outcome:
    """One look. Raises the errors of `SigningProvider`."""
    found = await means.provider.read(str(case.remote.remote_id))
    match found.status:
        case RemoteStatus.DONE:
            return await _signed(means, case)
        case RemoteStatus.DECLINED:
            reason = found.reason
            return Done(changing(means, case, _OPEN, lambda request, now: request.refuse_elsewhere(reason, now)))
        case RemoteStatus.EXPIRED | RemoteStatus.CANCELED | RemoteStatus.DELETED | RemoteStatus.REJECTED:
            return _ended(means, case, found)
        case _:
            return await _waiting(means, case, found)


async def _signed(means: Means, case: Case) -> Outcome:
    """From here on no expiry can undo what the person did; the file follows."""
    signer = await means.provider.signer(str(case.remote.remote_id), str(case.remote.signer_id))

    def sign(request: SignatureRequest, now: datetime) -> list[Event]:
        request.sign_elsewhere(signer.signed_at or now, now)
        return []

    return LookAgain(_AT_ONCE, changing(means, case, _OPEN, sign))


def _ended(means: Means, case: Case, found: RemoteRequest) -> Outcome:
    if found.status is RemoteStatus.EXPIRED or _is_over(means, case):
        return Done(changing(means, case, _OPEN, lambda request, now: request.expire(now)))
    code = "yousign-failed" if found.faulty else "yousign-cancelled"
    return Done(changing(means, case, _OPEN, lambda request, now: request.fail_elsewhere(code, now)))


async def _waiting(means: Means, case: Case, found: RemoteRequest) -> Outcome:
    """Not signed yet. Once its day is over it is cancelled there first: then nobody signs what has expired here."""
    if not found.status.under_way:
        log.warning("yousign.odd_status", signature_id=case.reference, status=found.status.value)
    if _is_over(means, case):
        try:
            await means.provider.cancel(found.id)
        except ProviderRefusedError as refused:
            if refused.lasting:
                raise
            # It was signed or refused in the same moment: the next look says which.
            return RetryLater(SOONEST, "yousign-changing")
        return Done(changing(means, case, _OPEN, lambda request, now: request.expire(now)))
    since = case.remote.activated_at or means.clock.now()
    return LookAgain(pace(since, means.clock.now(), case.request.expires_at))


def _is_over(means: Means, case: Case) -> bool:
    until = case.request.expires_at
    return until is not None and means.clock.now() >= until

"""Whether a code may be sent now, and with which code a try is compared."""

from datetime import datetime

from services.signature.domain import rules
from services.signature.domain.model import SignatureRequest
from services.signature.domain.otp import Code
from services.signature.domain.states import State, Verb
from shared.security.principal import Principal
from shared.sms.outcome import SmsStatus


def check_code_allowed(request: SignatureRequest, agent: Principal, now: datetime) -> None:
    """Whether SIGNER may send a code now.

    Raises NotReadToTheEnd, TooManyTries, TooManyCodes, ResendTooSoon, and what forbids acting at all.
    """
    _, edition = request.acting(Verb.SEND_CODE, agent, now)
    shown = request.pages_shown.get(agent.subject, set())
    missing = [page for page in range(1, edition.pages + 1) if page not in shown]
    if missing:
        raise rules.NotReadToTheEnd(missing)
    if request.tries >= rules.MAX_TRIES:
        raise rules.TooManyTries
    if len(request.codes) >= rules.MAX_CODES:
        raise rules.TooManyCodes
    if request.codes and now < request.codes[-1].asked_at + rules.CODE_INTERVAL:
        raise rules.ResendTooSoon


def code_to_compare(request: SignatureRequest, agent: Principal, now: datetime) -> Code:
    """The last code whose SMS did not fail: what a try is compared with. Nothing is counted yet.

    Raises NoCodeSent, CodeExpired, TooManyTries, and what forbids acting at all.
    """
    request.check(agent, "enter-code")
    if request.state is State.OPENED:
        raise rules.NoCodeSent
    request.acting(Verb.TRY_CODE, agent, now)
    if request.tries >= rules.MAX_TRIES:
        raise rules.TooManyTries
    sent = [code for code in request.codes if code.status is not SmsStatus.FAILED]
    if not sent:
        raise rules.NoCodeSent
    if now >= sent[-1].expires_at:
        raise rules.CodeExpired
    return sent[-1]

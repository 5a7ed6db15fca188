"""Whether a code may be sent now, and with which code a try is compared."""

from datetime import datetime

from services.signature.domain import rules
from services.signature.domain.link import Person
from services.signature.domain.model import SignatureRequest
from services.signature.domain.otp import Code
from services.signature.domain.states import State, Verb
from services.signature.domain.yousign.request import check_signed_here
from shared.security.principal import Principal
from shared.sms.outcome import SmsStatus


def check_code_allowed(request: SignatureRequest, who: Principal | Person, now: datetime) -> None:
    """Whether SIGNER may send a code now.

    Raises SignedElsewhere, NotReadToTheEnd, TooManyTries, TooManyCodes, ResendTooSoon, and what forbids acting at all.
    """
    verb = Verb.READ if request.state is State.OPENED else Verb.SEND_CODE
    request.check_right(verb, who)
    check_signed_here(request)
    request.acting(verb, who, now)
    if missing := request.pages_missing(who):
        raise rules.NotReadToTheEnd(missing)
    if request.tries >= rules.MAX_TRIES:
        raise rules.TooManyTries
    if len(request.codes) >= rules.MAX_CODES:
        raise rules.TooManyCodes
    if request.codes and now < request.codes[-1].asked_at + rules.CODE_INTERVAL:
        raise rules.ResendTooSoon


def code_to_compare(request: SignatureRequest, who: Principal | Person, now: datetime) -> Code:
    """The last code whose SMS did not fail: what a try is compared with. Nothing is counted yet.

    Raises SignedElsewhere, NoCodeSent, CodeExpired, TooManyTries, and what forbids acting at all.
    """
    request.check_right(Verb.TRY_CODE, who)
    check_signed_here(request)
    if request.state in {State.OPENED, State.READ}:
        raise rules.NoCodeSent
    request.acting(Verb.TRY_CODE, who, now)
    if request.tries >= rules.MAX_TRIES:
        raise rules.TooManyTries
    sent = [code for code in request.codes if code.status is not SmsStatus.FAILED]
    if not sent:
        raise rules.NoCodeSent
    if now >= sent[-1].expires_at:
        raise rules.CodeExpired
    return sent[-1]

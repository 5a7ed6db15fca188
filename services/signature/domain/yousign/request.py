"""A signature request that Yousign has signed: how it is handed over, shown, and looked at again."""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta

from services.signature.domain import rules
from services.signature.domain.model import SignatureRequest
from services.signature.domain.states import State
from services.signature.domain.values import Provider, Step
from services.signature.domain.yousign.refusals import LinkNotReady, NotAtYousign, SignedElsewhere
from services.signature.domain.yousign.signer import signer_of
from shared.events.blocks import Identity
from shared.events.envelope import Event
from shared.kernel.errors import Refusal
from shared.security.onetime import LIFETIME
from shared.sms.phones import FRENCH_PLAN

# How long until it is looked at again where no webhook comes: a quarter of its age, within these.
SOONEST, LATEST = timedelta(seconds=30), timedelta(minutes=15)
READ_LINK = "read_link"

_LABELS = {
    State.PREPARED: "en préparation chez Yousign",
    State.OPENED: "à lire et à signer chez Yousign",
    State.SIGNED: "signé chez Yousign, document attendu",
}


def entrust(
    request: SignatureRequest, person: Identity, mail: str, now: datetime, prefixes: AbstractSet[str] = FRENCH_PLAN
) -> list[Event]:
    """Both halves are here: hands the request over to Yousign, or ends it where it could never be signed there.

    It opens once Yousign has it.
    """
    request.provider = Provider.YOUSIGN
    ended = request.prepare(person.telephone, now, prefixes)
    if ended:
        return ended
    try:
        signer_of(person, mail, prefixes)
    except Refusal as refusal:
        return request.fail(refusal.code, now)
    request.steps.append(request.step(now, "entrust", None, provider=Provider.YOUSIGN.value))
    return []


def check_signed_here(request: SignatureRequest) -> None:
    """Whether pages and codes are this service's to give. Raises SignedElsewhere."""
    if request.provider is Provider.YOUSIGN:
        raise SignedElsewhere


def check_link(request: SignatureRequest) -> None:
    """Whether there is a link to show. Raises NotAtYousign, LinkNotReady."""
    if request.provider is not Provider.YOUSIGN:
        raise NotAtYousign
    if request.state is not State.OPENED:
        raise LinkNotReady(state_label(request))


def a_code_more(steps: Iterable[Step], now: datetime) -> bool:
    """Whether who opens the link now may have Yousign send a code that is not counted yet.

    Given again while the code before may still be typed, it is not: a page is loaded again, a link told once more.
    """
    counted = [step.at for step in steps if step.verb == READ_LINK and step.detail.get("codes")]
    return not counted or now >= max(counted) + LIFETIME


def pace(since: datetime, now: datetime, until: datetime | None) -> timedelta:
    """When to look at Yousign again if no webhook says so: often at first, since people sign at once."""
    wait = min(max((now - since) / 4, SOONEST), LATEST)
    return wait if until is None else min(wait, max(until - now, timedelta(seconds=1)))


def entered_by_label(request: SignatureRequest) -> str | None:
    """How agents read who typed the code, and where."""
    if request.signed is None:
        return None
    if request.provider is Provider.YOUSIGN:
        return "saisi par la personne chez Yousign"
    return rules.ENTERED_BY.get(request.signed.entered_by)


def state_label(request: SignatureRequest) -> str:
    """How agents read where a request stands, whoever has it signed."""
    if request.provider is Provider.YOUSIGN and request.state in _LABELS:
        return _LABELS[request.state]
    return request.state.label

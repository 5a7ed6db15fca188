"""The evidence: what was done, when, by whom and from where; it is what opposes a later contestation."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import chain
from typing import Any

from services.signature.domain.message import HIDDEN, sms_text
from services.signature.domain.model import SignatureRequest
from services.signature.domain.otp import Code
from services.signature.domain.states import Verb
from services.signature.domain.values import NOWHERE, Origin, Step
from shared.events.blocks import AgentCard, Identity
from shared.events.files import FileRef
from shared.sms.outcome import SmsStatus

FORMAT = "cer-signature-evidence/2"


@dataclass(frozen=True)
class PageLook:
    """The server serves a page to an agent."""

    page: int
    agent: str
    at: datetime
    origin: Origin = NOWHERE


@dataclass(frozen=True)
class PageShown:
    """A page that the server served to an agent; `looked_ms` until another one was asked for, in milliseconds.

    `origin` is where it was last served to.
    """

    page: int
    agent: str
    first_at: datetime
    last_at: datetime
    times: int
    looked_ms: int = 0
    origin: Origin = NOWHERE


@dataclass(frozen=True)
class History:
    """What was kept of a request while it lived."""

    pages: list[PageShown]
    steps: list[Step]


@dataclass(frozen=True)
class Contents:
    """The fingerprint and the size of a file that is not stored yet, or of one that is."""

    sha256: str
    size: int


def evidence(
    request: SignatureRequest,
    people: tuple[Identity, AgentCard],
    history: History,
    sealed: Contents | FileRef,
    now: datetime,
) -> dict[str, Any]:
    """The evidence of a signature whose PDF is sealed, drawn up now, as JSON values. Every time is UTC.

    What is not known is left out.
    """
    asked, _ = request.halves()
    signed = request.how_signed()
    return told_subject(request, people, now) | {
        "format": FORMAT,
        "phone": _known(
            masked=request.phone_masked,
            known_since=_day(asked.phone_since),
            entered_the_same_day=asked.phone_entered_today,
            shared_by_several_dossiers=asked.phone_shared,
        ),
        "sealed": told_file(sealed),
        "consent": {
            "sms_text": _said(request, history.steps),
            "code_entered_by": signed.entered_by,
            "signed_at": told_time(signed.at),
            "tries": request.tries,
        },
        "codes": [_code(code, history.steps) for code in request.codes],
        "pages_shown": [_page(page, history) for page in history.pages],
        "steps": [told_step(step) for step in history.steps],
    }


def told_subject(request: SignatureRequest, people: tuple[Identity, AgentCard], now: datetime) -> dict[str, Any]:
    """What was signed, by whom, with which référent, as JSON values: the same whoever gathers the signature."""
    identity, referent = people
    asked, edition = request.halves()
    return {
        "drawn_up_at": told_time(now),
        "signature_id": str(request.id),
        "cer": {"id": str(request.cer_id), "numero": asked.numero, "attempt": request.attempt},
        "person": {"civilite": identity.civilite, "nom": identity.nom_naissance, "prenom": identity.prenom},
        "referent": {"id": referent.agent_id, "name": referent.full_name, "quality": referent.quality},
        "shown": told_file(edition.document) | {"edition_id": str(edition.edition_id), "pages": edition.pages},
    }


def told_step(step: Step) -> dict[str, Any]:
    """A step as JSON values."""
    return {"at": told_time(step.at), "what": step.verb, "agent": step.agent, **_origin(step.origin), **step.detail}


def since(told: dict[str, Any], steps: list[Step]) -> list[dict[str, Any]]:
    """What was kept after an evidence was drawn up: a receipt that came late, a voiding."""
    known = list(told["steps"])
    later = []
    for step in map(told_step, steps):
        if step in known:
            known.remove(step)
        else:
            later.append(step)
    return later


def told_file(ref: Contents | FileRef) -> dict[str, Any]:
    """The fingerprint and size of a file as JSON values."""
    return {"sha256": ref.sha256, "size": ref.size}


def _code(code: Code, steps: Iterable[Step]) -> dict[str, Any]:
    """Never the code's hash: it would let the code be guessed by whoever stole the pepper."""
    tries = [step for step in steps if step.verb == Verb.TRY_CODE and step.detail.get("sequence") == code.sequence]
    return {
        "sequence": code.sequence,
        "asked_at": told_time(code.asked_at),
        "asked_by": code.asked_by,
        "expires_at": told_time(code.expires_at),
        "sms": code.status.value,
        "tries": len(tries),
    } | _known(
        fault=code.fault,
        provider=code.provider,
        provider_receipt=code.receipt,
        delivery=code.delivery,
        link_opened_at=code.link_opened_at and told_time(code.link_opened_at),
    )


def _page(page: PageShown, history: History) -> dict[str, Any]:
    return {
        "page": page.page,
        "agent": page.agent,
        "first_at": told_time(page.first_at),
        "last_at": told_time(page.last_at),
        "times": page.times,
        "shown_for_ms": page.looked_ms + _last_look(page, history),
        **_origin(page.origin),
    }


def _last_look(page: PageShown, history: History) -> int:
    """How long the page that an agent was served last stayed, until their next act, in milliseconds."""
    later = (other.last_at > page.last_at for other in history.pages if other.agent == page.agent)
    acts = (
        step.at
        for step in history.steps
        if step.agent == page.agent and step.at >= page.last_at and step.verb != Verb.READ
    )
    until = next(chain(acts), None)
    return 0 if until is None or any(later) else round((until - page.last_at).total_seconds() * 1000)


def _said(request: SignatureRequest, steps: Iterable[Step]) -> str:
    """The SMS whose code was typed, its secrets hidden."""
    asked, edition = request.halves()
    sent = [code.sequence for code in request.codes if code.status is not SmsStatus.FAILED]
    for step in steps:
        if step.verb == Verb.SEND_CODE and step.detail.get("sequence") in sent[-1:] and "text" in step.detail:
            return str(step.detail["text"])
    return sms_text(HIDDEN, asked.numero, edition.document.sha256).get_secret_value()


def _origin(origin: Origin) -> dict[str, str]:
    return _known(address=origin.address, device=origin.device)


def _known(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def told_time(instant: datetime) -> str:
    """An instant as evidence writes it: ISO 8601, UTC."""
    return instant.astimezone(UTC).isoformat()

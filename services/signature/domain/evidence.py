"""The evidence file: what was done, when and by whom; it is what opposes a later contestation."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from services.signature.domain.message import HIDDEN, sms_text
from services.signature.domain.model import SignatureRequest
from services.signature.domain.otp import Code
from services.signature.domain.values import Step
from shared.events.blocks import AgentCard, Identity
from shared.events.files import FileRef

FORMAT = "cer-signature-evidence/1"


@dataclass(frozen=True)
class PageShown:
    """A page that the server served to an agent."""

    page: int
    agent: str
    first_at: datetime
    last_at: datetime
    times: int


@dataclass(frozen=True)
class History:
    """What was kept of a request while it lived."""

    pages: list[PageShown]
    steps: list[Step]


def evidence(
    request: SignatureRequest, people: tuple[Identity, AgentCard], history: History, sealed: FileRef
) -> dict[str, Any]:
    """The evidence of a signature whose PDF is sealed, as JSON values. Every time is UTC."""
    identity, referent = people
    asked, edition = request.halves()
    signed = request.how_signed()
    return {
        "format": FORMAT,
        "signature_id": str(request.id),
        "cer": {"id": str(request.cer_id), "numero": asked.numero, "attempt": request.attempt},
        "person": {"civilite": identity.civilite, "nom": identity.nom_naissance, "prenom": identity.prenom},
        "referent": {"id": referent.agent_id, "name": referent.full_name, "quality": referent.quality},
        "phone": {
            "masked": request.phone_masked,
            "entered_the_same_day": asked.phone_entered_today,
            "shared_by_several_dossiers": asked.phone_shared,
        },
        "shown": _file(edition.document) | {"edition_id": str(edition.edition_id), "pages": edition.pages},
        "sealed": _file(sealed),
        "consent": {
            "sms_text": sms_text(HIDDEN, asked.numero, edition.document.sha256).get_secret_value(),
            "code_entered_by": signed.entered_by,
            "signed_at": _time(signed.at),
            "tries": request.tries,
        },
        "codes": [_code(code) for code in request.codes],
        "pages_shown": [_page(page) for page in history.pages],
        "steps": [
            {"at": _time(step.at), "what": step.verb, "agent": step.agent, **step.detail} for step in history.steps
        ],
    }


def _file(ref: FileRef) -> dict[str, Any]:
    return {"sha256": ref.sha256, "size": ref.size}


def _code(code: Code) -> dict[str, Any]:
    """Never the code's hash: it would let the code be guessed by whoever stole the pepper."""
    return {
        "sequence": code.sequence,
        "asked_at": _time(code.asked_at),
        "asked_by": code.asked_by,
        "sms": code.status.value,
        "provider_receipt": code.receipt,
    }


def _page(page: PageShown) -> dict[str, Any]:
    times = {"first_at": _time(page.first_at), "last_at": _time(page.last_at), "times": page.times}
    return {"page": page.page, "agent": page.agent, **times}


def _time(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat()

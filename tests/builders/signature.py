"""Signature requests of made-up people, for tests."""

from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any
from uuid import UUID

from services.signature.adapters.own_certificate import write_own_seal
from services.signature.domain.model import SignatureRequest
from services.signature.domain.otp import Binding, Code, keyed_hash
from services.signature.domain.states import State
from services.signature.domain.values import Asked, Edition, Signed, request_id
from shared.events.files import FileRef
from shared.events.sealed import seal
from shared.security.onetime import new_code
from shared.security.principal import Principal, Role
from tests.builders.events import (
    CER_ID,
    DOSSIER_ID,
    EDITION_ID,
    REFERENT_ID,
    TERRITORY,
    file_ref,
    identity,
    referent_card,
)

NOW = datetime(2026, 3, 12, 9, 30, tzinfo=UTC)
DEADLINE = NOW + timedelta(hours=36)
PHONE = "+33639980001"
PEPPER = b"0123456789abcdef0123456789abcdef"
DOCUMENT = file_ref("documents/edition.pdf")
ATTEMPT_ID = request_id(CER_ID, 1)


def referent(
    subject: str = REFERENT_ID, territory: str | None = TERRITORY, stands_in_for: str | None = None
) -> Principal:
    """A référent: the one of the samples, or a colleague."""
    absent = frozenset({stands_in_for} if stands_in_for else ())
    return Principal(subject, Role.REFERENT, territory, "Agent Fictif", None, "Agent", stands_in_for=absent)


def asked(**changes: Any) -> Asked:
    """The half that contracts gives."""
    fields: dict[str, Any] = {
        "numero": 2,
        "deadline": DEADLINE,
        "phone_entered_today": False,
        "phone_shared": False,
        "phone_is_agents": False,
    }
    return Asked(**{**fields, **changes})


def edition(document: FileRef = DOCUMENT, pages: int = 3) -> Edition:
    """The half that documents gives."""
    return Edition(EDITION_ID, document, pages)


def prepared(**changes: Any) -> SignatureRequest:
    """A request with both halves, not opened yet."""
    fields: dict[str, Any] = {
        "id": ATTEMPT_ID,
        "cer_id": CER_ID,
        "attempt": 1,
        "dossier_id": DOSSIER_ID,
        "territory": TERRITORY,
        "identity": seal(identity()),
        "referent": seal(referent_card()),
        "referent_id": REFERENT_ID,
        "asked": asked(),
        "edition": edition(),
    }
    return SignatureRequest(**{**fields, **changes})


def opened(**changes: Any) -> SignatureRequest:
    """A request that can be read and signed until tomorrow."""
    request = prepared(**changes)
    request.open(PHONE, NOW)
    request.steps.clear()
    return request


def read(**changes: Any) -> SignatureRequest:
    """A request whose every page was served to its référent."""
    request = opened(**changes)
    for page in (1, 2, 3):
        request.show_page(page, referent(), NOW)
    request.steps.clear()
    return request


def code(sequence: int = 1, at: datetime = NOW) -> Code:
    """A code that was made, of unknown fate."""
    binding = Binding(ATTEMPT_ID, PHONE, DOCUMENT.sha256)
    hashed = keyed_hash(PEPPER, binding, new_code())
    return Code(UUID(int=sequence), sequence, hashed, asked_at=at, asked_by=REFERENT_ID)


def code_sent(**changes: Any) -> SignatureRequest:
    """A request whose first code is on its way."""
    request = read(**changes)
    request.add_code(code())
    return request


def in_state(state: State) -> SignatureRequest:
    """A request put into this state, with what it has there."""
    request = code_sent()
    request.state = state
    if state in {State.SIGNED, State.COMPLETED}:
        request.signed = Signed(NOW, "referent")
    return request


@cache
def own_seal() -> Path:
    """A key folder with a seal of its own, the same for a whole run."""
    folder = Path(mkdtemp(prefix="cer-seal-"))
    write_own_seal(folder, "Département du Val-d'Exemple", datetime.now(UTC))
    return folder


@cache
def pdf(pages: int = 3) -> bytes:
    """A tagged PDF/UA with these pages."""
    import weasyprint

    breaks = "".join(f"<h1 style='break-before: page'>Page {number}</h1><p>Engagements.</p>" for number in range(pages))
    html = f"<html lang=fr><head><title>CER n° 2</title></head><body>{breaks}</body></html>"
    made = weasyprint.HTML(string=html).write_pdf(pdf_variant="pdf/ua-1", pdf_tags=True)
    assert made is not None
    return bytes(made)

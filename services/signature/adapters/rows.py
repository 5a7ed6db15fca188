"""Signature requests to rows and back."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping

from services.signature.domain.evidence import PageShown
from services.signature.domain.model import SignatureRequest
from services.signature.domain.otp import Code
from services.signature.domain.states import State
from services.signature.domain.values import Asked, Edition, Origin, Provider, Signed, Step
from shared.events.files import FileRef
from shared.events.sealed import Block, Sealed, Sealer
from shared.sms.outcome import Delivery, SmsFault, SmsStatus


def request_row(request: SignatureRequest, sealer: Sealer) -> dict[str, Any]:
    """The columns of a request. `tries` is not among them: its own atomic statement alone moves it."""
    asked, edition = request.asked, request.edition
    return {
        "id": request.id,
        "cer_id": request.cer_id,
        "attempt": request.attempt,
        "dossier_id": request.dossier_id,
        "territory": request.territory,
        "identity": _token(request.identity, sealer),
        "referent": _token(request.referent, sealer),
        "state": request.state,
        "provider": request.provider,
        "numero": asked and asked.numero,
        "referent_id": request.referent_id,
        "deadline": asked and asked.deadline,
        "phone_entered_today": asked and asked.phone_entered_today,
        "phone_shared": asked and asked.phone_shared,
        "phone_is_agents": asked and asked.phone_is_agents,
        "phone_since": asked and asked.phone_since,
        "edition_id": edition and edition.edition_id,
        "edition_document": edition and edition.document.model_dump(),
        "edition_pages": edition and edition.pages,
        "phone_masked": request.phone_masked,
        "expires_at": request.expires_at,
        "signed_at": request.signed and request.signed.at,
        "entered_by": request.signed and request.signed.entered_by,
        "ended_at": request.ended_at,
        "ended_because": request.ended_because,
        "document": request.document and request.document.model_dump(),
        "evidence": request.evidence and request.evidence.model_dump(),
        "addendum": request.addendum and request.addendum.model_dump(),
        "told": request.told,
    }


def request_of(
    row: RowMapping, codes: Iterable[RowMapping] = (), pages_shown: Iterable[RowMapping] = ()
) -> SignatureRequest:
    """A request from its row, its codes in order, and the pages shown to each agent."""
    request = SignatureRequest(
        id=row["id"],
        cer_id=row["cer_id"],
        attempt=row["attempt"],
        dossier_id=row["dossier_id"],
        territory=row["territory"],
        identity=Sealed(token=row["identity"]),
        referent=Sealed(token=row["referent"]),
        referent_id=row["referent_id"],
        state=State(row["state"]),
        provider=Provider(row["provider"]),
        asked=_asked(row) if row["numero"] is not None else None,
        edition=_edition(row) if row["edition_id"] is not None else None,
        phone_masked=row["phone_masked"],
        expires_at=row["expires_at"],
        tries=row["tries"],
        codes=[_code(found) for found in codes],
        signed=Signed(row["signed_at"], row["entered_by"]) if row["signed_at"] is not None else None,
        ended_at=row["ended_at"],
        ended_because=row["ended_because"],
        document=_file(row["document"]),
        evidence=_file(row["evidence"]),
        addendum=_file(row["addendum"]),
        version=row["version"],
        told=row["told"],
    )
    for page in pages_shown:
        request.pages_shown.setdefault(page["agent"], set()).add(page["page"])
    return request


def _asked(row: RowMapping) -> Asked:
    return Asked(
        numero=row["numero"],
        deadline=row["deadline"],
        phone_entered_today=row["phone_entered_today"],
        phone_shared=row["phone_shared"],
        phone_is_agents=row["phone_is_agents"],
        phone_since=row["phone_since"],
    )


def _edition(row: RowMapping) -> Edition:
    return Edition(row["edition_id"], FileRef(**row["edition_document"]), row["edition_pages"])


def _code(row: RowMapping) -> Code:
    return Code(
        id=row["id"],
        sequence=row["sequence"],
        keyed_hash=row["keyed_hash"],
        asked_at=row["asked_at"],
        asked_by=row["asked_by"],
        status=SmsStatus(row["status"]),
        receipt=row["receipt"],
        provider=row["provider"],
        fault=SmsFault(row["fault"]) if row["fault"] else None,
        delivery=Delivery(row["delivery"]) if row["delivery"] else None,
        link_hash=row["link_hash"],
        link_opened_at=row["link_opened_at"],
        session_hash=row["session_hash"],
    )


def code_row(request_id: UUID, made: Code) -> dict[str, Any]:
    """The columns of a code. `delivery` is not among them: a receipt comes apart, and writes it alone."""
    return {
        "id": made.id,
        "request_id": request_id,
        "sequence": made.sequence,
        "keyed_hash": made.keyed_hash,
        "asked_at": made.asked_at,
        "asked_by": made.asked_by,
        "link_hash": made.link_hash,
        **changing(made),
    }


def changing(made: Code) -> dict[str, Any]:
    """What changes of a code once it was made."""
    return {
        "status": made.status,
        "receipt": made.receipt,
        "provider": made.provider,
        "fault": made.fault,
        "link_opened_at": made.link_opened_at,
        "session_hash": made.session_hash,
    }


def step_row(request_id: UUID, taken: Step) -> dict[str, Any]:
    """The columns of a step, but its number."""
    return {
        "request_id": request_id,
        "at": taken.at,
        "verb": taken.verb,
        "agent": taken.agent,
        "detail": taken.detail,
        "address": taken.origin.address,
        "device": taken.origin.device,
    }


def step_of(row: RowMapping) -> Step:
    """A step from its row."""
    return Step(row["at"], row["verb"], row["agent"], row["detail"], _origin(row))


def page_of(row: RowMapping) -> PageShown:
    """What is kept of a page that was shown, from its row."""
    times = (row["first_at"], row["last_at"], row["times"], row["looked_ms"])
    return PageShown(row["page"], row["agent"], *times, _origin(row))


def _origin(row: RowMapping) -> Origin:
    return Origin(row["address"], row["device"])


def _file(stored: dict[str, Any] | None) -> FileRef | None:
    return None if stored is None else FileRef(**stored)


def _token(sealed: Sealed[Any], sealer: Sealer) -> str:
    block: Block | None = sealed.block
    return sealer.seal(block) if block is not None else str(sealed.token)

"""The evidence of a signature at Yousign: what was handed over, what came back, and its own record of the signing."""

import base64
import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from services.signature.domain.evidence import told_file, told_step, told_subject, told_time
from services.signature.domain.model import SignatureRequest
from services.signature.domain.values import Step
from services.signature.domain.yousign.remote import Remote
from shared.events.blocks import AgentCard, Identity
from shared.events.files import FileRef

FORMAT = "cer-yousign-evidence/1"


@dataclass(frozen=True)
class Checked:
    """What the signed file was found to be. `signed_by`: whom the certificates of its signatures name."""

    signed_by: tuple[str, ...]
    begins_with_shown: bool


@dataclass(frozen=True)
class BroughtBack:
    """From which counterpart: the signed file as it is stored, what was found of it, Yousign's audit trail."""

    remote: Remote
    document: FileRef
    checked: Checked
    audit_trail: bytes = field(repr=False)


def yousign_evidence(
    request: SignatureRequest,
    people: tuple[Identity, AgentCard],
    brought: BroughtBack,
    steps: list[Step],
    now: datetime,
) -> dict[str, Any]:
    """The evidence, drawn up now, as JSON values; every time is UTC. It holds the audit trail whole."""
    asked, _ = request.halves()
    trail, remote = brought.audit_trail, brought.remote
    return told_subject(request, people, now) | {
        "format": FORMAT,
        "phone": {
            "masked": request.phone_masked,
            "known_since": asked.phone_since.isoformat() if asked.phone_since else None,
            "entered_the_same_day": asked.phone_entered_today,
            "shared_by_several_dossiers": asked.phone_shared,
        },
        "provider": {"name": request.provider.value} | _there(remote),
        "signed_at": told_time(request.how_signed().at),
        "sealed": told_file(brought.document)
        | {"signed_by": list(brought.checked.signed_by), "begins_with_shown": brought.checked.begins_with_shown},
        "audit_trail": {
            "sha256": hashlib.sha256(trail).hexdigest(),
            "size": len(trail),
            "pdf": base64.b64encode(trail).decode(),
        },
        "steps": [told_step(step) for step in steps],
    }


def _there(remote: Remote) -> dict[str, Any]:
    """The request as Yousign knows it."""
    return {
        "signature_request_id": remote.remote_id,
        "document_id": remote.document_id,
        "document_sha256": remote.document_sha256,
        "signer_id": remote.signer_id,
        "signature_level": "electronic_signature",
        "authentication": "otp_sms",
        "activated_at": told_time(remote.activated_at) if remote.activated_at else None,
    }


def audit_trail_in(content: dict[str, Any]) -> bytes | None:
    """Yousign's audit trail, from an evidence of a signature there; none from another. Raises KeyError, ValueError."""
    if content["format"] != FORMAT:
        return None
    return base64.b64decode(content["audit_trail"]["pdf"], validate=True)

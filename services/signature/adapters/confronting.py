"""Whether an evidence file tells of this very PDF."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from services.signature.adapters.dossier_reading import NothingWithinError, is_pdf, signed_json
from services.signature.adapters.evidence_file import EvidenceUnreadableError, read_evidence
from services.signature.adapters.trusting import Stamp, Trust
from services.signature.adapters.verifying import Verdict, Verification, verify


class Match(StrEnum):
    """What can be said of an evidence file beside a sealed PDF."""

    AGREES = "agrees"
    OTHER_DOCUMENT = "other-document"
    NOT_OURS = "not-ours"
    UNREADABLE = "unreadable"


@dataclass(frozen=True)
class Confrontation:
    """Whether both tell of the same act, and what the evidence says."""

    match: Match
    content: dict[str, Any] | None = None
    stamp: Stamp | None = None


def confront(written: bytes, pdf: bytes, found: Verification, trust: Trust, now: datetime) -> Confrontation:
    """Holds an evidence, as JSON or within its PDF, against a PDF that was found intact."""
    at = now
    try:
        if is_pdf(written):
            container = verify(written, trust, now)
            if container.verdict is not Verdict.INTACT:
                return Confrontation(Match.NOT_OURS)
            at = container.stamp.at if container.stamp is not None else now
            written = signed_json(written)
        evidence = read_evidence(written, trust, at)
    except (EvidenceUnreadableError, NothingWithinError):
        return Confrontation(Match.UNREADABLE)
    if not evidence.trusted:
        return Confrontation(Match.NOT_OURS)
    same = _tells_of(evidence.content, pdf, found)
    return Confrontation(Match.AGREES if same else Match.OTHER_DOCUMENT, evidence.content, evidence.stamp)


def _tells_of(content: dict[str, Any], pdf: bytes, found: Verification) -> bool:
    """What was shown is the beginning of the file, to the byte; what was sealed is what the seal covers."""
    shown = content["shown"]
    beginning = hashlib.sha256(pdf[: shown["size"]]).hexdigest()
    return bool(content["sealed"]["sha256"] == found.sealed_sha256 and shown["sha256"] == beginning)

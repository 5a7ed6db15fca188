"""Whether an evidence file tells of this very PDF, and an addendum of this very evidence."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from services.signature.adapters.dossier_reading import NothingWithinError, is_pdf, signed_json
from services.signature.adapters.evidence_file import EvidenceUnreadableError, read_evidence
from services.signature.adapters.trusting import Stamp, Trust
from services.signature.adapters.verifying import Verdict, Verification, verify
from services.signature.domain import addendum, evidence
from services.signature.domain.yousign import evidence as yousign_evidence

# What the seal's key signed may be another thing than an evidence: its format says which.
_EVIDENCE = ("cer-signature-evidence/1", evidence.FORMAT, yousign_evidence.FORMAT)


class Match(StrEnum):
    """What can be said of an evidence file beside a sealed PDF, or of an addendum beside its evidence."""

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
        told = read_evidence(written, trust, at)
    except (EvidenceUnreadableError, NothingWithinError):
        return Confrontation(Match.UNREADABLE)
    if not told.trusted:
        return Confrontation(Match.NOT_OURS)
    if told.content["format"] not in _EVIDENCE:
        return Confrontation(Match.UNREADABLE)
    same = _tells_of(told.content, pdf, found)
    return Confrontation(Match.AGREES if same else Match.OTHER_DOCUMENT, told.content, told.stamp)


def confront_addendum(written: bytes, proof: bytes, trust: Trust, now: datetime) -> Confrontation:
    """Holds an addendum against an evidence, as JSON or within its PDF, that agrees with its document."""
    try:
        completed = signed_json(proof)
        found = read_evidence(written, trust, now)
    except (EvidenceUnreadableError, NothingWithinError):
        return Confrontation(Match.UNREADABLE)
    if not found.trusted:
        return Confrontation(Match.NOT_OURS)
    if found.content["format"] != addendum.FORMAT:
        return Confrontation(Match.UNREADABLE)
    named = {"sha256": hashlib.sha256(completed).hexdigest(), "size": len(completed)}
    same = found.content["completes"] == named
    return Confrontation(Match.AGREES if same else Match.OTHER_DOCUMENT, found.content, found.stamp)


def _tells_of(content: dict[str, Any], pdf: bytes, found: Verification) -> bool:
    """What was sealed is what the seal covers; what was shown is the beginning of the file, to the byte.

    Yousign may give back a file that it wrote anew: the evidence says so then, and the beginning is not compared.
    """
    shown, sealed = content["shown"], content["sealed"]
    if sealed["sha256"] != found.sealed_sha256:
        return False
    beginning = hashlib.sha256(pdf[: shown["size"]]).hexdigest()
    return not sealed.get("begins_with_shown", True) or bool(shown["sha256"] == beginning)

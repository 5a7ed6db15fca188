"""What a stored dossier de preuve holds: a readable PDF that carries the signed JSON, or that JSON alone, as once."""

import json
from io import BytesIO

from pyhanko.pdf_utils.reader import PdfFileReader

from services.signature.domain.rules import NoReadableEvidence
from services.signature.domain.yousign.evidence import audit_trail_in

EVIDENCE_NAME = "preuve.json"


class NothingWithinError(Exception):
    """The PDF carries no evidence."""


def is_pdf(stored: bytes) -> bool:
    """Whether it is the readable PDF."""
    return stored.startswith(b"%PDF")


def readable_pdf(stored: bytes) -> bytes:
    """The readable PDF: ours, or the audit trail of Yousign. Raises NoReadableEvidence where there is none."""
    if is_pdf(stored):
        return stored
    trail = audit_trail_in(json.loads(stored)["evidence"])
    if trail is None:
        raise NoReadableEvidence
    return trail


def signed_json(stored: bytes) -> bytes:
    """The signed JSON. Raises NothingWithinError."""
    return _within(stored) if is_pdf(stored) else stored


def _within(dossier: bytes) -> bytes:
    # A hostile file can break the parser in any way.
    try:
        names = PdfFileReader(BytesIO(dossier), strict=True).root["/Names"]["/EmbeddedFiles"]["/Names"]
        (index,) = (place for place in range(0, len(names), 2) if str(names[place]) == EVIDENCE_NAME)
        return bytes(names[index + 1]["/EF"]["/F"].data)
    except Exception as error:
        raise NothingWithinError from error

"""What a sealed PDF establishes, offline: with nothing but the file and the certificates that are trusted."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from io import BytesIO
from pathlib import Path

from asn1crypto import cms
from asn1crypto.algos import DigestAlgorithm
from asn1crypto.x509 import Certificate
from pyhanko.keys import load_certs_from_pemder_data
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext


class Verdict(StrEnum):
    """What can be said of a file."""

    INTACT = "intact"
    ALTERED = "altered"
    UNKNOWN_SEAL = "unknown-seal"
    NOT_SEALED = "not-sealed"
    UNREADABLE = "unreadable"


@dataclass(frozen=True)
class Verification:
    """The verdict; who sealed and when, as far as the file proves it."""

    verdict: Verdict
    sealed_by: str | None = None
    sealed_at: datetime | None = None


def load_roots(path: Path) -> list[Certificate]:
    """The certificates of a PEM file. Raises OSError, ValueError."""
    return list(load_certs_from_pemder_data(path.read_bytes()))


def verify(pdf: bytes, roots: list[Certificate]) -> Verification:
    """Whether the PDF is, byte for byte, what a certificate under one of the roots sealed.

    More is asked than of PDF signatures in general: one seal, which forbids any change (DocMDP, ISO 32000-1, 12.8.2.2)
    and covers the whole file, so that no incremental update is ever accepted. Works for some 20 ms, in a thread where
    there is an event loop. Raises RuntimeError on the loop itself, where pyHanko cannot start its own.
    """
    _refuse_the_event_loop()
    # A hostile file can break the parser in any way: each is a verdict, not a failure of ours.
    try:
        seals = list(PdfFileReader(BytesIO(pdf), strict=True).embedded_signatures)
    except Exception:  # noqa: BLE001
        return Verification(Verdict.UNREADABLE)
    if not seals:
        return Verification(Verdict.NOT_SEALED)
    try:
        return _judge(pdf, seals[0], roots) if len(seals) == 1 else Verification(Verdict.ALTERED)
    except Exception:  # noqa: BLE001
        return Verification(Verdict.ALTERED)


def _refuse_the_event_loop() -> None:
    """Else pyHanko's own error would be taken for a fault of the file."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return
    raise RuntimeError("verify is called in a thread, not on the event loop")


def _judge(pdf: bytes, seal: EmbeddedPdfSignature, roots: list[Certificate]) -> Verification:
    # Without a timestamping authority the time is the Département's own word; it is part of what is sealed.
    sealed_at = seal.self_reported_timestamp
    trust = ValidationContext(trust_roots=roots, moment=sealed_at, allow_fetching=False)
    status = validate_pdf_signature(seal, trust)
    whole = status.coverage is SignatureCoverageLevel.ENTIRE_FILE and _contents_are_canonical(pdf, seal)
    if not (whole and status.intact and status.valid):
        return Verification(Verdict.ALTERED)
    if not (status.bottom_line and seal.docmdp_level is MDPPerm.NO_CHANGES):
        return Verification(Verdict.UNKNOWN_SEAL, sealed_at=sealed_at)
    return Verification(Verdict.INTACT, str(seal.signer_cert.subject.native.get("common_name")), sealed_at)


def _contents_are_canonical(pdf: bytes, seal: EmbeddedPdfSignature) -> bool:
    """Whether the one part that the seal's digest leaves out, the signature itself, is written as we write it.

    Its room is larger than needed, some of its fields are redundant, and names are compared whatever their case: bytes
    could change there unnoticed. So what was verified (the certificate, the signed attributes, the signature over
    them) is put together again and compared with the whole room.
    """
    found, certificate = seal.signer_info, seal.signer_cert
    digest = DigestAlgorithm({"algorithm": seal.md_algorithm})
    issuer = {"issuer": certificate.issuer, "serial_number": certificate.serial_number}
    signer = {
        "version": "v1",
        "sid": cms.SignerIdentifier({"issuer_and_serial_number": cms.IssuerAndSerialNumber(issuer)}),
        "digest_algorithm": digest,
        "signed_attrs": found["signed_attrs"],
        "signature_algorithm": {"algorithm": found["signature_algorithm"]["algorithm"].native},
        "signature": found["signature"],
    }
    signed = {
        "version": "v1",
        "digest_algorithms": [digest],
        "encap_content_info": {"content_type": "data"},
        "certificates": seal.signed_data["certificates"],
        "signer_infos": [cms.SignerInfo(signer)],
    }
    expected = cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData(signed)}).dump()
    _, start, end, _ = (int(bound) for bound in seal.byte_range)
    canonical: bool = pdf[start:end] == b"<" + expected.hex().upper().encode().ljust(end - start - 2, b"0") + b">"
    return canonical

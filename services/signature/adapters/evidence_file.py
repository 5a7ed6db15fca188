"""The evidence as a signed file: canonical JSON (RFC 8785) with a detached signature (RFC 7515, appendix F).

Where an authority gives the time, its token (RFC 3161) over all of that follows; the signed header says so, so that
nobody takes the token off unnoticed.
"""

import asyncio
import base64
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from asn1crypto.x509 import Certificate
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from joserfc import jws
from joserfc.jwk import ECKey, RSAKey
from joserfc.registry import HeaderParameter
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import PathError, ValidationError

from services.signature.adapters.archiving import Timestamping
from services.signature.adapters.evidence_stamp import read_token, token_over
from services.signature.adapters.seal_keys import SealKey, low
from services.signature.adapters.trusting import Stamp, Standing, Trust
from services.signature.domain.canonical import canonical

_STAMPED = "tst"


class _Registry(jws.JWSRegistry):
    # The header holds certificates, the payload each page that somebody was served.
    max_header_length = 32_768
    max_payload_length = 16_000_000


class EvidenceUnreadableError(Exception):
    """The file is not an evidence that a seal's key signed."""


@dataclass(frozen=True)
class Evidence:
    """What an evidence file tells. `trusted`: a certificate under one of the roots signed it.

    `stamp` is there when an authority that is trusted says that it existed at that instant.
    """

    content: dict[str, Any]
    trusted: bool
    stamp: Stamp | None = None


def signed_evidence(key: SealKey, content: dict[str, Any], timestamping: Timestamping | None = None) -> bytes:
    """The evidence with its signature, whose header holds the certificates that speak for it; and with its instant.

    Raises ValueError, and what asking the authority raises.
    """
    certificates = [one.dump() for one in (key.certificate, *key.chain) if one.self_signed == "no"]
    named = [base64.b64encode(one).decode() for one in certificates or [key.certificate.dump()]]
    stamped = {} if timestamping is None else {_STAMPED: True}
    header = _base64url(canonical({"alg": "ES256" if key.elliptic else "RS256", "x5c": named} | stamped))
    signature = key.sign(f"{header}.{_base64url(canonical(content))}".encode())
    if key.elliptic:
        # JOSE has the two numbers side by side (RFC 7518, 3.4), CMS in a sequence.
        signature = b"".join(number.to_bytes(32) for number in decode_dss_signature(signature))
    signed = {"evidence": content, "jws": f"{header}..{_base64url(signature)}"}
    if timestamping is None:
        return canonical(signed)
    token = token_over(canonical(signed), timestamping)
    return canonical(signed | {"timestamp": base64.b64encode(token).decode()})


def read_evidence(written: bytes, trust: Trust, at: datetime) -> Evidence:
    """The evidence, its signature being right; `at` is when the certificate has to be good, unless a stamp is older.

    Not a byte may differ from what was written: not even one that would mean the same. Raises EvidenceUnreadableError,
    and RuntimeError on an event loop.
    """
    # A hostile file can be wrong in any way.
    try:
        told = _exactly(written)
        first, *others = _checked(told["evidence"], told["jws"])
        stamp = _stamp(told, trust, at)
    except Exception as error:
        raise EvidenceUnreadableError from error
    if stamp is not None and stamp.standing is not Standing.GOOD:
        stamp = None
    moment = at if stamp is None else min(at, stamp.at)
    return Evidence(told["evidence"], asyncio.run(_is_trusted(first, others, trust, moment)), stamp)


def _stamp(told: dict[str, Any], trust: Trust, at: datetime) -> Stamp | None:
    """The timestamp that the signed header announces: there must be one exactly then. Raises whatever a token can."""
    stamped = {"evidence", "jws", "timestamp"}
    announced = bool(json.loads(_decoded(told["jws"].partition(".")[0])).get(_STAMPED))
    if told.keys() != (stamped if announced else stamped - {"timestamp"}):
        raise EvidenceUnreadableError
    if not announced:
        return None
    alone = canonical({"evidence": told["evidence"], "jws": told["jws"]})
    token = base64.b64decode(told["timestamp"], validate=True)
    if base64.b64encode(token).decode() != told["timestamp"]:
        raise EvidenceUnreadableError
    return read_token(token, alone, trust, at)


def _exactly(written: bytes) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(written)
    if canonical(told) != written:
        raise EvidenceUnreadableError
    return told


def _checked(content: dict[str, Any], written: str) -> list[Certificate]:
    """The certificates that a detached signature names, the one that made it first. Raises ValueError, JoseError."""
    header, detached, signature = written.split(".")
    named, raw = json.loads(_decoded(header))["x5c"], _decoded(signature)
    certificates = [Certificate.load(base64.b64decode(one, validate=True), strict=True) for one in named]
    public = x509.load_der_x509_certificate(certificates[0].dump()).public_key()
    elliptic = isinstance(public, ec.EllipticCurvePublicKey)
    halves = (int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
    if detached or (elliptic and low(*halves) != encode_dss_signature(*halves)):
        raise EvidenceUnreadableError
    key = (ECKey if elliptic else RSAKey).import_key(public)  # type: ignore[arg-type]
    compact = f"{header}.{_base64url(canonical(content))}.{signature}"
    known = {_STAMPED: HeaderParameter("A timestamp over the file follows", "bool")}
    registry = _Registry(known, ["ES256" if elliptic else "RS256"])
    jws.deserialize_compact(compact, key, registry=registry)
    return certificates


async def _is_trusted(certificate: Certificate, others: list[Certificate], trust: Trust, at: datetime) -> bool:
    context = ValidationContext(trust_roots=trust.roots, moment=at, allow_fetching=False)
    try:
        validator: Any = CertificateValidator(certificate, others, validation_context=context)
        await validator.async_validate_usage(key_usage={"non_repudiation"})
    except (PathError, ValidationError):
        return False
    return bool(certificate.not_valid_before <= at <= certificate.not_valid_after)


def _base64url(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _decoded(text: str) -> bytes:
    """Base64url without padding, in the one way to write it. Raises ValueError."""
    content = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if _base64url(content) != text:
        raise ValueError("not the one way to write it")
    return content

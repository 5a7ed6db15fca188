"""The seal as the use cases see it: PDFs sealed and verified off the event loop, evidence signed with the same key."""

import asyncio
import base64
import hashlib
import json
from pathlib import Path
from typing import Any

from asn1crypto.x509 import Certificate
from cryptography.hazmat.primitives.asymmetric import ec
from joserfc import jws
from joserfc.jwk import ECKey, RSAKey

from services.signature.adapters.own_certificate import PASSWORD_FILE, ROOT_FILE, SEAL_FILE
from services.signature.adapters.sealing import PadesSeal
from services.signature.adapters.verifying import Verdict, load_roots, verify
from services.signature.application.ports import SealingFailedError
from shared.telemetry.logs import get_logger

log = get_logger(__name__)


class DepartmentSeal:
    """Implements `Seal`, with the key and the root of a folder."""

    def __init__(self, pades: PadesSeal, roots: list[Certificate]) -> None:
        self._pades = pades
        self._roots = roots
        elliptic = isinstance(pades.key, ec.EllipticCurvePrivateKey)
        self._jwk = (ECKey if elliptic else RSAKey).import_key(pades.key_pem)
        thumbprint = base64.urlsafe_b64encode(hashlib.sha256(pades.certificate_der).digest()).rstrip(b"=").decode()
        self._header = {"alg": "ES256" if elliptic else "RS256", "x5t#S256": thumbprint}
        self._certificate = base64.b64encode(pades.certificate_der).decode()

    @classmethod
    def load(cls, folder: Path) -> "DepartmentSeal":
        """Reads `seal.p12`, `seal.pass` and `seal-root.pem`. Raises SealUnusableError, OSError, ValueError."""
        return cls(PadesSeal.load(folder / SEAL_FILE, folder / PASSWORD_FILE), load_roots(folder / ROOT_FILE))

    async def seal(self, pdf: bytes, reference: str) -> bytes:
        return await asyncio.to_thread(self._seal, pdf, reference)

    def _seal(self, pdf: bytes, reference: str) -> bytes:
        sealed = self._pades.seal(pdf, reference)
        found = verify(sealed, self._roots)
        if found.verdict is not Verdict.INTACT:
            log.error("seal.not_verified", reference=reference, verdict=found.verdict.value)
            raise SealingFailedError
        return sealed

    def sign_evidence(self, content: dict[str, Any]) -> bytes:
        """Canonical JSON (sorted keys, no blanks, UTF-8) with its detached signature (RFC 7515, appendix F)."""
        canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        compact = jws.serialize_compact(self._header, canonical.encode(), self._jwk, algorithms=["ES256", "RS256"])
        signature = jws.detach_content(compact)
        return f'{{"certificate":"{self._certificate}","evidence":{canonical},"jws":"{signature}"}}'.encode()

"""The seal of a key folder: PDFs sealed and verified, evidence signed with the same key."""

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import aiohttp
from pyhanko.sign.general import SigningError
from pyhanko.sign.timestamps.common_utils import TimestampRequestError
from pyhanko_certvalidator.errors import PathError, ValidationError

from services.signature.adapters.archiving import Timestamping
from services.signature.adapters.evidence_file import read_evidence, signed_evidence
from services.signature.adapters.own_certificate import ROOT_FILE, TSA_ROOT_FILE
from services.signature.adapters.seal_keys import SealUnusableError, load_certificates, load_key
from services.signature.adapters.seal_options import SealOptions
from services.signature.adapters.sealing import PadesSeal
from services.signature.adapters.trusting import Stamp, Trust
from services.signature.adapters.verifying import Verdict, verify
from services.signature.application.ports import AuthorityAwayError, SealingFailedError
from shared.kernel.clock import Clock, SystemClock
from shared.telemetry.logs import get_logger

if TYPE_CHECKING:
    from services.signature.adapters.dossier_pdf import DossierMaker

log = get_logger(__name__)

# What pyHanko raises when an authority does not answer, or does not vouch for a certificate.
AUTHORITY_ERRORS = (
    aiohttp.ClientError,
    OSError,
    TimeoutError,
    TimestampRequestError,
    SigningError,
    PathError,
    ValidationError,
)


def load_trust(folder: Path) -> Trust:
    """The roots that a key folder holds. Raises OSError, ValueError."""
    stamps = folder / TSA_ROOT_FILE
    return Trust(load_certificates(folder / ROOT_FILE), load_certificates(stamps) if stamps.exists() else [])


class DepartmentSeal:
    """The key and the roots of a folder. For threads and processes where no event loop runs."""

    def __init__(
        self, pades: PadesSeal, trust: Trust, clock: Clock, options: SealOptions, stamping: Timestamping | None = None
    ) -> None:
        self._pades = pades
        self._trust = trust
        self._clock = clock
        self._options = options
        self._stamping = stamping

    @classmethod
    def load(cls, folder: Path, options: SealOptions | None = None, clock: Clock | None = None) -> "DepartmentSeal":
        """Reads the key, its roots and those of the timestamps. Raises SealUnusableError, OSError, ValueError."""
        options, trust = options or SealOptions(), load_trust(folder)
        stamping = None
        if options.tsa_url:
            if not trust.tsa_roots:
                raise SealUnusableError(f"{TSA_ROOT_FILE}: the roots of the timestamping authority are missing")
            stamping = Timestamping(options.tsa_url, trust.tsa_roots, options.tsa_timeout_seconds)
        if not options.font.exists():
            raise SealUnusableError(f"{options.font}: the font of the signature block is missing (fonts-noto-core)")
        pades = PadesSeal(load_key(folder, options.token), trust.roots, options.level, stamping, options.font)
        # The seal bears the time of the machine: so does the judgement of what was just sealed.
        return cls(pades, trust, clock or SystemClock(), options, stamping)

    def seal(self, pdf: bytes, reference: str, block: tuple[str, ...] = ()) -> bytes:
        """The sealed PDF, verified. Raises SealingFailedError, AuthorityAwayError."""
        return self._sealed(pdf, f"Signature du CER par code SMS, référence {reference}", reference, block)

    def dossier(self, content: dict[str, Any]) -> bytes:
        """The evidence as a sealed PDF that people read and that carries it as signed JSON.

        Raises SealingFailedError, AuthorityAwayError, FontsMissing.
        """
        signed, stamp = self.evidence(content)
        reference = str(content["signature_id"])
        readable = self._maker.pdf(content, signed, stamp)
        return self._sealed(readable, f"Dossier de preuve de la signature, référence {reference}", reference)

    @cached_property
    def _maker(self) -> "DossierMaker":
        # WeasyPrint takes a second, which those who only verify are spared.
        from services.signature.adapters.dossier_pdf import DossierMaker  # noqa: PLC0415

        return DossierMaker(self._options.departement, self._options.font.parent)

    def _sealed(self, pdf: bytes, reason: str, reference: str, block: tuple[str, ...] = ()) -> bytes:
        try:
            sealed = self._pades.seal(pdf, reason, block)
        except AUTHORITY_ERRORS as error:
            log.warning("seal.authority_away", reference=reference, error=type(error).__name__)
            raise AuthorityAwayError from None
        found = verify(sealed, self._trust, self._clock.now())
        if found.verdict is not Verdict.INTACT or found.level is not self._pades.level:
            log.error("seal.not_verified", reference=reference, verdict=found.verdict.value, level=found.level)
            raise SealingFailedError
        return sealed

    def evidence(self, content: dict[str, Any]) -> tuple[bytes, Stamp | None]:
        """The evidence as a signed JSON document, verified, and its instant.

        Raises SealingFailedError, AuthorityAwayError.
        """
        reference = str(content.get("signature_id"))
        try:
            signed = signed_evidence(self._pades.key, content, self._stamping)
        except AUTHORITY_ERRORS as error:
            log.warning("evidence.authority_away", reference=reference, error=type(error).__name__)
            raise AuthorityAwayError from None
        told = read_evidence(signed, self._trust, self._clock.now())
        if not told.trusted or (told.stamp is None) is not (self._stamping is None):
            log.error("evidence.not_verified", reference=reference, trusted=told.trusted)
            raise SealingFailedError
        return signed, told.stamp

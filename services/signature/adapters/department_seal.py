"""The seal as the use cases see it: PDFs sealed and verified off the event loop, evidence signed with the same key."""

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
from pyhanko.sign.general import SigningError
from pyhanko.sign.timestamps.common_utils import TimestampRequestError
from pyhanko_certvalidator.errors import PathError, ValidationError

from services.signature.adapters.archiving import Timestamping
from services.signature.adapters.evidence_file import signed_evidence
from services.signature.adapters.own_certificate import ROOT_FILE, TSA_ROOT_FILE
from services.signature.adapters.seal_keys import Pkcs11, load_certificates, load_key
from services.signature.adapters.sealing import Level, PadesSeal
from services.signature.adapters.trusting import Trust
from services.signature.adapters.verifying import Verdict, verify
from services.signature.application.ports import AuthorityAwayError, SealingFailedError
from shared.kernel.clock import Clock, SystemClock
from shared.telemetry.logs import get_logger

log = get_logger(__name__)

# What pyHanko raises when an authority does not answer, or does not vouch for a certificate.
_AWAY = (aiohttp.ClientError, OSError, TimeoutError, TimestampRequestError, SigningError, PathError, ValidationError)


@dataclass(frozen=True)
class SealOptions:
    """How a site seals: the level, the authority that gives the time, the token that keeps the key."""

    level: Level = Level.B_B
    tsa_url: str = ""
    tsa_timeout_seconds: float = 10.0
    token: Pkcs11 | None = None


def load_trust(folder: Path) -> Trust:
    """The roots that a key folder holds. Raises OSError, ValueError."""
    stamps = folder / TSA_ROOT_FILE
    return Trust(load_certificates(folder / ROOT_FILE), load_certificates(stamps) if stamps.exists() else [])


class DepartmentSeal:
    """Implements `Seal`, with the key and the roots of a folder."""

    def __init__(self, pades: PadesSeal, trust: Trust, clock: Clock) -> None:
        self._pades = pades
        self._trust = trust
        self._clock = clock

    @classmethod
    def load(cls, folder: Path, options: SealOptions | None = None, clock: Clock | None = None) -> "DepartmentSeal":
        """Reads the key, its roots and those of the timestamps. Raises SealUnusableError, OSError, ValueError."""
        options, trust = options or SealOptions(), load_trust(folder)
        stamping = None
        if options.tsa_url:
            stamping = Timestamping(options.tsa_url, trust.tsa_roots, options.tsa_timeout_seconds)
        pades = PadesSeal(load_key(folder, options.token), trust.roots, options.level, stamping)
        # The seal bears the time of the machine: so does the judgement of what was just sealed.
        return cls(pades, trust, clock or SystemClock())

    async def seal(self, pdf: bytes, reference: str) -> bytes:
        return await asyncio.to_thread(self._seal, pdf, reference)

    def _seal(self, pdf: bytes, reference: str) -> bytes:
        try:
            sealed = self._pades.seal(pdf, reference)
        except _AWAY as error:
            log.warning("seal.authority_away", reference=reference, error=type(error).__name__)
            raise AuthorityAwayError from None
        found = verify(sealed, self._trust, self._clock.now())
        if found.verdict is not Verdict.INTACT or found.level is not self._pades.level:
            log.error("seal.not_verified", reference=reference, verdict=found.verdict.value, level=found.level)
            raise SealingFailedError
        return sealed

    def sign_evidence(self, content: dict[str, Any]) -> bytes:
        return signed_evidence(self._pades.key, content)

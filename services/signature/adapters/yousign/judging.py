"""What a PDF that was signed at Yousign establishes by itself, offline (ETSI EN 319 142-1; RFC 3161).

Less than of our own seal can be asked: Yousign signs as it likes, with several signatures, no ban on changes and a room
around each that may hold anything. So the fingerprint of the whole file, which the evidence has, says more.
"""

import asyncio
import hashlib
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from io import BytesIO

from asn1crypto.x509 import Certificate
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation.generic_cms import extract_tst_data_iter
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature, async_validate_pdf_signature
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from services.signature.adapters.trusting import Proofs, Stamp, Standing, Trust, lasts_until, name_of, settled, standing
from services.signature.adapters.verifying import OF_STANDING, Verdict, Verification

_USAGE = KeyUsageConstraints(key_usage={"digital_signature", "non_repudiation"}, match_all_key_usages=False)
# The worst first.
_STANDINGS = (Standing.REVOKED, Standing.UNKNOWN, Standing.EXPIRED)


@dataclass(frozen=True)
class Elsewhere(Verification):
    """A verification of a file that names Yousign's certificates. `signed_by`: whom those of its signatures name.

    `sealed_at` and `stamp` are of the last signature, `sealed_sha256` is of the whole file.
    """

    signed_by: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Signature:
    status: PdfSignatureStatus
    standing: Standing
    stamp: Stamp | None


def judge(pdf: bytes, roots: list[Certificate], now: datetime) -> Elsewhere | None:
    """What the file establishes; none where no signature in it so much as names one of these roots.

    `roots` are the certificates under which Yousign signs, and is given the time. For a thread where no event loop
    runs.
    """
    # A hostile file can break the parser in any way.
    try:
        reader = PdfFileReader(BytesIO(pdf), strict=False)
        signatures = list(reader.embedded_regular_signatures)
        named = any(_names(one, roots) for one in signatures)
    except Exception:  # noqa: BLE001
        return None
    if not named:
        return None
    whole = hashlib.sha256(pdf).hexdigest()
    try:
        return asyncio.run(_judged(reader, signatures, Proofs(reader, Trust(roots, roots)), now, whole))
    except Exception:  # noqa: BLE001
        return Elsewhere(Verdict.ALTERED, sealed_sha256=whole)


async def _judged(
    reader: PdfFileReader, signatures: list[EmbeddedPdfSignature], proofs: Proofs, now: datetime, whole: str
) -> Elsewhere:
    found = [await _validated(one, proofs, now) for one in signatures]
    last = found[-1]
    followed = signatures[-1].signed_revision < reader.xrefs.total_revisions - 1
    names = tuple(name_of(one.status.signing_cert) for one in found)
    verdict = next((OF_STANDING[worst] for worst in _STANDINGS if worst in {one.standing for one in found}), None)
    if not all(one.status.intact and one.status.valid for one in found):
        verdict = Verdict.ALTERED
    elif not _covers(last.status, followed=followed):
        verdict = Verdict.LATER_CHANGES
    claimed = signatures[-1].self_reported_timestamp
    verdict = verdict or Verdict.INTACT
    return Elsewhere(verdict, None, claimed, last.stamp, sealed_sha256=whole, signed_by=names)


async def _validated(signature: EmbeddedPdfSignature, proofs: Proofs, now: datetime) -> _Signature:
    """A signature as it stood when a trusted authority saw it, or else as it stands now."""

    async def validate(context: ValidationContext) -> PdfSignatureStatus:
        return await async_validate_pdf_signature(signature, context, proofs.of_stamps(now), key_usage_settings=_USAGE)

    status, at = await settled(validate, partial(proofs.of_seals, now)), now
    seen = status.timestamp_validity
    stamp = None
    if seen is not None and seen.intact and seen.valid and standing(seen, now) is Standing.GOOD:
        token = next(iter(extract_tst_data_iter(signature.signer_info, signed=False)))
        until = lasts_until(token, seen)
        stamp = Stamp(seen.timestamp, Standing.GOOD, name_of(seen.signing_cert), until)
        at = min(stamp.at, now)
        status = await settled(validate, partial(proofs.of_seals, at))
    return _Signature(status, standing(status, at), stamp)


def _names(signature: EmbeddedPdfSignature, roots: list[Certificate]) -> bool:
    """Whether a certificate in the signature says that one of the roots issued it, or is one."""
    carried = [signature.signer_cert, *signature.other_embedded_certs]
    return any(one.issuer == root.subject or one.dump() == root.dump() for one in carried for root in roots)


def _covers(last: PdfSignatureStatus, *, followed: bool) -> bool:
    """Whether nothing but proofs and timestamps follows the last signature; loose bytes are neither."""
    if last.coverage is SignatureCoverageLevel.ENTIRE_FILE:
        return True
    level = last.modification_level
    proofs = level is not None and level <= ModificationLevel.LTA_UPDATES
    return followed and last.coverage is SignatureCoverageLevel.ENTIRE_REVISION and proofs

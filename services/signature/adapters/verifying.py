"""What a sealed PDF establishes, offline: with nothing but the file and the certificates that are trusted."""

import asyncio
import hashlib
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from functools import partial
from io import BytesIO

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.validation.generic_cms import extract_tst_data_iter, validate_sig_integrity
from pyhanko.sign.validation.pdf_embedded import (
    EmbeddedPdfSignature,
    async_validate_pdf_signature,
    async_validate_pdf_timestamp,
)
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel

from services.signature.adapters.exactness import fills_its_room
from services.signature.adapters.seal_options import Level
from services.signature.adapters.trusting import (
    Proofs,
    Stamp,
    Standing,
    Trust,
    judged,
    lasts_until,
    name_of,
    only_verified,
    settled,
    stamp_of,
    standing,
)


class Verdict(StrEnum):
    """What can be said of a file."""

    INTACT = "intact"
    ALTERED = "altered"
    LATER_CHANGES = "later-changes"
    UNKNOWN_SEAL = "unknown-seal"
    EXPIRED = "expired"
    REVOKED = "revoked"
    NOT_SEALED = "not-sealed"
    UNREADABLE = "unreadable"


@dataclass(frozen=True)
class Verification:
    """The verdict; who sealed and when, as far as the file proves it.

    `sealed_at` is the Département's word unless `stamp` is there: then a trusted authority says that the seal existed
    at that instant. `until` is when the last proof in the file ends: its certificate, or an algorithm. `sealed_sha256`
    is of the part that the seal covers, which later timestamps do not change.
    """

    verdict: Verdict
    sealed_by: str | None = None
    sealed_at: datetime | None = None
    stamp: Stamp | None = None
    level: Level | None = None
    until: datetime | None = None
    sealed_sha256: str | None = None


OF_STANDING = {
    Standing.UNKNOWN: Verdict.UNKNOWN_SEAL,
    Standing.EXPIRED: Verdict.EXPIRED,
    Standing.REVOKED: Verdict.REVOKED,
}


def verify(pdf: bytes, trust: Trust, now: datetime) -> Verification:
    """Whether the PDF is, byte for byte, what a certificate under one of the roots sealed.

    More is asked than of PDF signatures in general: one seal, which forbids any change (DocMDP, ISO 32000-1, 12.8.2.2)
    and covers the whole file. The one thing that may follow it is proofs, under a timestamp that covers the whole file
    and whose authority is trusted (ETSI EN 319 142-1, 5.5): no other incremental update is ever accepted. Works for
    some 20 ms, in a thread where there is an event loop. Raises RuntimeError on the loop itself, where pyHanko cannot
    start its own.
    """
    _refuse_the_event_loop()
    # A hostile file can break the parser in any way: each is a verdict, not a failure of ours.
    try:
        reader = PdfFileReader(BytesIO(pdf), strict=True)
        signatures = list(reader.embedded_signatures)
    except Exception:  # noqa: BLE001
        return Verification(Verdict.UNREADABLE)
    if not signatures:
        return Verification(Verdict.NOT_SEALED)
    try:
        return asyncio.run(_judge(pdf, reader, trust, now))
    except Exception:  # noqa: BLE001
        return Verification(Verdict.ALTERED)


def _refuse_the_event_loop() -> None:
    """Else pyHanko's own error would be taken for a fault of the file."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return
    raise RuntimeError("verify is called in a thread, not on the event loop")


async def _judge(pdf: bytes, reader: PdfFileReader, trust: Trust, now: datetime) -> Verification:
    first, *later = reader.embedded_signatures
    _, _, start, length = (int(bound) for bound in first.byte_range)
    sealed, proofs = pdf[: start + length], Proofs(reader, trust)
    whole = len(sealed) == len(pdf) and not later
    # Only what comes before its end can be what was sealed: it is read again, alone.
    seal = first if whole else _alone(sealed)
    if seal is None or not _holds(sealed, seal):
        return Verification(Verdict.ALTERED)
    if whole:
        return await _judge_seal(seal, sealed, proofs, now)
    stamps = await _archived(pdf, first, later, proofs, now)
    if not stamps:
        return Verification(Verdict.LATER_CHANGES, sealed_sha256=_sha256(sealed))
    if stamps[-1].standing is not Standing.GOOD:
        return Verification(Verdict.EXPIRED, sealed_sha256=_sha256(sealed))
    found = await _judge_seal(seal, sealed, proofs, stamps[0].at)
    level = Level.B_LTA if found.level is Level.B_LT else found.level
    return replace(found, stamp=found.stamp or stamps[0], level=level, until=stamps[-1].until)


def _alone(sealed: bytes) -> EmbeddedPdfSignature | None:
    """The seal in the part that it says to cover, if it is the only signature there."""
    found = list(PdfFileReader(BytesIO(sealed), strict=True).embedded_signatures)
    return found[0] if len(found) == 1 else None


def _holds(sealed: bytes, seal: EmbeddedPdfSignature) -> bool:
    """Whether the seal covers all of this, every byte being the one that was sealed. Says nothing of who sealed."""
    seal.compute_integrity_info(skip_diff=True)
    intact, valid = validate_sig_integrity(
        seal.signer_info, seal.signer_cert, expected_content_type="data", actual_digest=seal.compute_digest()
    )
    whole = seal.coverage is SignatureCoverageLevel.ENTIRE_FILE and fills_its_room(sealed, seal)
    return whole and bool(intact and valid)


async def _judge_seal(seal: EmbeddedPdfSignature, sealed: bytes, proofs: Proofs, moment: datetime) -> Verification:
    """Whose seal it is; `moment` is the first at which it is known to have existed, but for its own timestamp."""
    stamp, digest, claimed = None, _sha256(sealed), seal.self_reported_timestamp
    for token in extract_tst_data_iter(seal.signer_info, signed=False):
        stamp = await stamp_of(token, seal.signer_info, proofs, moment)
        if stamp is None:
            return Verification(Verdict.ALTERED)
    if stamp is not None and stamp.standing is not Standing.GOOD:
        stamp = None
    at = stamp.at if stamp is not None else moment
    status, level = await _seal_at(seal, proofs, moment, stamp)
    found = standing(status, at)
    if found is not Standing.GOOD:
        return Verification(OF_STANDING[found], sealed_at=claimed, stamp=stamp, sealed_sha256=digest)
    if not only_verified(seal.signed_data, status, proofs.trust.roots):
        return Verification(Verdict.ALTERED)
    if seal.docmdp_level is not MDPPerm.NO_CHANGES:
        return Verification(Verdict.UNKNOWN_SEAL, sealed_at=claimed)
    until = lasts_until(seal.signed_data, status) if stamp is None else stamp.until
    return Verification(Verdict.INTACT, name_of(status.signing_cert), claimed, stamp, level, until, digest)


async def _seal_at(
    seal: EmbeddedPdfSignature, proofs: Proofs, moment: datetime, stamp: Stamp | None
) -> tuple[PdfSignatureStatus, Level]:
    """Who sealed, as it stood when the seal is known to have existed; and what the file proves of it.

    That nothing was revoked is looked for first: where it is shown, the certificate is good without it too.
    """
    if stamp is not None and proofs.any:
        context = proofs.of_seals(stamp.at, proven=True)
        proven = await async_validate_pdf_signature(seal, context, proofs.of_stamps(stamp.at), skip_diff=True)
        if standing(proven, stamp.at) is Standing.GOOD:
            return proven, Level.B_LT
    at = moment if stamp is None else stamp.at
    validate = partial(
        async_validate_pdf_signature, seal, ts_validation_context=proofs.of_stamps(moment), skip_diff=True
    )
    return await settled(validate, partial(proofs.of_seals, at)), Level.B_B if stamp is None else Level.B_T


async def _archived(
    pdf: bytes, seal: EmbeddedPdfSignature, later: list[EmbeddedPdfSignature], proofs: Proofs, now: datetime
) -> list[Stamp]:
    """The timestamps over the whole file, oldest first; none if anything but proofs under them follows the seal."""
    if not later or later[-1].evaluate_signature_coverage() is not SignatureCoverageLevel.ENTIRE_FILE:
        return []
    seal.compute_integrity_info()
    changes = getattr(seal.diff_result, "modification_level", ModificationLevel.OTHER)
    if changes > ModificationLevel.LTA_UPDATES:
        return []
    stamps: list[Stamp] = []
    moment = now
    for signature in reversed(later):
        validate = partial(async_validate_pdf_timestamp, signature, skip_diff=True)
        status = await settled(validate, partial(proofs.of_stamps, moment))
        stamp = judged(signature.signed_data, status, proofs.trust, moment)
        if (
            status.coverage < SignatureCoverageLevel.ENTIRE_REVISION
            or stamp is None
            or not fills_its_room(pdf, signature)
        ):
            return []
        if stamp.standing in {Standing.UNKNOWN, Standing.REVOKED}:
            return []
        stamps.insert(0, stamp)
        moment = min(moment, stamp.at)
    return stamps


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()

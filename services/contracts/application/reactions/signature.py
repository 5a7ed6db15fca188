"""What becomes of a signature attempt, told by signature or, when its edition cannot be made, by documents.

An event of an attempt that is over goes to history. One that cannot be for the present attempt raises, and is parked.
"""

from services.contracts.application.reactions.hearing import Means, hear
from services.contracts.domain.cers.decision import Proof
from services.contracts.domain.cers.signing import SigningState
from shared.database.unit_of_work import UnitOfWork
from shared.events.documents import EditionFailed
from shared.events.signature import (
    SignatureCompleted,
    SignatureEvent,
    SignatureExpired,
    SignatureFailed,
    SignatureOpened,
    SignatureProlonged,
    SignatureRefused,
    SignatureVoided,
)
from shared.messaging.endings import Ending, Stale

SIGNATURE = "service:signature"
DOCUMENTS = "service:documents"


async def signature_opened(event: SignatureOpened, uow: UnitOfWork, means: Means) -> Ending | None:
    """The person can sign until `expires_at`; contracts waits a little longer for signature to say how it ended."""
    hearing = await hear(event, uow, means, event.cer_id, SIGNATURE)
    if hearing.cer.signing.is_over(event.attempt):
        return await hearing.stale_attempt(event.attempt)
    hearing.cer.signature_opened(event.expires_at + means.patience.beyond_expiry, hearing.act)
    await hearing.save()
    return None


async def signature_completed(event: SignatureCompleted, uow: UnitOfWork, means: Means) -> Ending | None:
    """Accord `oui`, by SMS, with its evidence."""
    hearing = await hear(event, uow, means, event.cer_id, SIGNATURE)
    if hearing.cer.signing.is_over(event.attempt):
        return await hearing.stale_attempt(event.attempt)
    proof = Proof(
        signature_id=event.signature_id,
        edition_id=event.edition_id,
        signed_at=event.signed_at,
        entered_by=event.entered_by,
        document=event.document,
        evidence=event.evidence,
    )
    hearing.cer.signature_completed(proof, hearing.act)
    await hearing.save()
    return None


async def signature_prolonged(event: SignatureProlonged, uow: UnitOfWork, means: Means) -> Ending | None:
    """Longer files stand for those of the signature; what an older word says of shorter ones is history."""
    hearing = await hear(event, uow, means, event.cer_id, SIGNATURE)
    if hearing.cer.signing.is_over(event.attempt):
        return await hearing.stale_attempt(event.attempt)
    if not hearing.cer.signature_prolonged(event.document, event.evidence, hearing.act):
        await hearing.note("stale", attempt=event.attempt)
        return Stale("already-prolonged")
    await hearing.save()
    return None


async def signature_refused(event: SignatureRefused, uow: UnitOfWork, means: Means) -> Ending | None:
    """The person refused: the CER can be changed again, the accord stays `nc`."""
    return await _ended(event, uow, means, "refused")


async def signature_expired(event: SignatureExpired, uow: UnitOfWork, means: Means) -> Ending | None:
    """Nobody signed in time."""
    return await _ended(event, uow, means, "expired")


async def signature_failed(event: SignatureFailed, uow: UnitOfWork, means: Means) -> Ending | None:
    """Too many tries, no SMS, no seal: the référent can start again, or take the accord by the check-box."""
    return await _ended(event, uow, means, event.code)


async def signature_voided(event: SignatureVoided, uow: UnitOfWork, means: Means) -> Ending | None:
    """Signature's answer to a reopening or a cancellation: history. Of a live attempt, its end."""
    hearing = await hear(event, uow, means, event.cer_id, SIGNATURE)
    if hearing.cer.signing.is_over(event.attempt):
        await hearing.note("signature_voided", attempt=event.attempt, code=event.code)
        return None
    hearing.cer.signature_ended(event.code, hearing.act)
    await hearing.save()
    return None


async def edition_failed(event: EditionFailed, uow: UnitOfWork, means: Means) -> Ending | None:
    """The edition to sign cannot be made. Those of a decision are no matter of contracts."""
    if event.attempt is None:
        return None
    hearing = await hear(event, uow, means, event.cer_id, DOCUMENTS)
    signing = hearing.cer.signing
    # Once the signature is open it has its edition: another that fails for the same attempt changes nothing.
    if signing.is_over(event.attempt) or signing.state is not SigningState.PREPARING:
        return await hearing.stale_attempt(event.attempt)
    hearing.cer.signature_ended(event.code, hearing.act)
    await hearing.save()
    return None


async def _ended(event: SignatureEvent, uow: UnitOfWork, means: Means, ending: str) -> Ending | None:
    hearing = await hear(event, uow, means, event.cer_id, SIGNATURE)
    if hearing.cer.signing.is_over(event.attempt):
        return await hearing.stale_attempt(event.attempt)
    hearing.cer.signature_ended(ending, hearing.act)
    await hearing.save()
    return None

"""Brings the signed file and Yousign's record of the signing back, checked, and keeps them with our evidence."""

from datetime import timedelta

from services.signature.application.commands.naming import named
from services.signature.application.commands.yousign.means import Case, Means, changing
from services.signature.application.ports import AuthorityAwayError, ProviderLostError, SignedFileError
from services.signature.domain.states import State
from services.signature.domain.yousign.evidence import BroughtBack, yousign_evidence
from shared.events.blocks import AgentCard, Identity
from shared.messaging.work import Done, Outcome, RetryLater

# A file cut on its way is asked for again; one that is wrong each time is not the signed one.
TRIES = 5
# What Yousign has not made ready yet: some eight hours, since the person has signed.
LATE_TRIES = 100
_PDF = b"%PDF-"


async def fetch(means: Means, case: Case) -> Outcome:
    """One try. Raises the errors of `SigningProvider`, SealingFailedError, and SignedFileError after the last try."""
    try:
        brought = await _brought(means, case)
    except ProviderLostError:
        if case.job.attempts >= LATE_TRIES:
            raise
        return RetryLater(timedelta(seconds=min(2.0**case.job.attempts, 300)), "yousign-not-ready")
    except SignedFileError as error:
        if case.job.attempts >= TRIES:
            raise
        return RetryLater(timedelta(seconds=2.0**case.job.attempts), error.code)
    people = means.keys.open(Identity, case.request.identity), means.keys.open(AgentCard, case.request.referent)
    async with case.job.database.begin() as uow:
        steps = await means.requests_of(uow).history(case.request.id)
    try:
        signed = await means.seal.signed(yousign_evidence(case.request, people, brought, steps, means.clock.now()))
    except AuthorityAwayError:
        return RetryLater(timedelta(seconds=min(2.0**case.job.attempts, 300)), "authority-away")
    proof = await means.objects.put(named(case.request, signed, "json"), signed)
    complete = changing(
        means, case, frozenset({State.SIGNED}), lambda request, now: request.complete(brought.document, proof, now)
    )
    return Done(complete)


async def _brought(means: Means, case: Case) -> BroughtBack:
    _, edition = case.request.halves()
    remote_id = str(case.remote.remote_id)
    signed = await means.provider.signed_file(remote_id, str(case.remote.document_id))
    shown = await means.objects.get(edition.document)
    checked = await means.files.check(signed, shown, edition.pages)
    trail = await means.provider.audit_trail(remote_id, str(case.remote.signer_id))
    if not trail.startswith(_PDF):
        raise SignedFileError("audit-trail-unreadable")
    return BroughtBack(case.remote, await means.objects.put(named(case.request, signed, "pdf"), signed), checked, trail)

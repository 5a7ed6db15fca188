"""Hands a request over: draft, document, signer, activation; each is looked for before it is made.

A draft reaches nobody, so one that a lost answer left behind does no harm. Only the draft whose id was kept is ever
activated: whatever crashes, one request at most reaches the person.
"""

from dataclasses import replace
from datetime import timedelta

from services.signature.application.commands.yousign.closing import close_one
from services.signature.application.commands.yousign.means import Case, Means, case_of, changing, keep
from services.signature.domain.states import State
from services.signature.domain.yousign.remote import Remote, RemoteStatus
from services.signature.domain.yousign.request import SOONEST
from services.signature.domain.yousign.signer import signer_of
from shared.database.unit_of_work import UnitOfWork
from shared.events.blocks import Identity
from shared.kernel.clock import legal_date
from shared.messaging.failpoints import failpoint
from shared.messaging.work import LookAgain, Outcome

AT_ONCE = timedelta()
# Which of several requests of the same reference is the one: what went furthest.
_FIRST = (RemoteStatus.DONE, RemoteStatus.ONGOING, RemoteStatus.PAUSED, RemoteStatus.APPROVAL, RemoteStatus.DRAFT)


async def prepare(means: Means, case: Case) -> Outcome:
    """One look at a request that is still prepared. Raises the errors of `SigningProvider`, SignedFileError."""
    asked, _ = case.request.halves()
    prepared = frozenset({State.PREPARED})
    if means.clock.now() >= asked.deadline:
        return LookAgain(AT_ONCE, changing(means, case, prepared, lambda request, now: request.expire(now)))
    remote = await _draft(means, case)
    remote = await _document(means, case, remote)
    remote = await _signer(means, case, remote)
    if not await _activated(means, case, remote):
        return LookAgain(AT_ONCE)
    failpoint("yousign:activated-not-recorded")
    show = changing(means, case, prepared, lambda request, now: request.show(now))

    async def record(uow: UnitOfWork) -> None:
        await means.remotes_of(uow).keep(replace(remote, activated_at=means.clock.now()))
        await show(uow)

    return LookAgain(SOONEST, record)


async def _draft(means: Means, case: Case) -> Remote:
    if case.remote.remote_id is not None:
        return case.remote
    asked, _ = case.request.halves()
    found = [one for one in await means.provider.find(case.reference) if one.status in _FIRST]
    found.sort(key=lambda one: _FIRST.index(one.status))
    for extra in found[1:]:
        await close_one(means.provider, extra)
    if found:
        one = found[0]
    else:
        one = await means.provider.create(case.reference, f"CER {asked.numero}", legal_date(asked.deadline))
        failpoint("yousign:created-not-recorded")
    return await keep(means, case, replace(case.remote, remote_id=one.id))


async def _document(means: Means, case: Case, remote: Remote) -> Remote:
    if remote.document_id is not None:
        return remote
    asked, edition = case.request.halves()
    there = [one for one in await means.provider.documents(_id(remote)) if one.sha256 == edition.document.sha256]
    if there:
        document = there[0]
    else:
        shown = await means.objects.get(edition.document)
        document = await means.provider.upload(_id(remote), shown, f"CER-{asked.numero}.pdf")
    return await keep(means, case, replace(remote, document_id=document.id, document_sha256=document.sha256))


async def _signer(means: Means, case: Case, remote: Remote) -> Remote:
    if remote.signer_id is not None:
        return remote
    signer_id = await _signer_there(means, remote)
    if signer_id is None:
        _, edition = case.request.halves()
        place = await means.files.place(await means.objects.get(edition.document))
        person = signer_of(means.keys.open(Identity, case.request.identity), means.mail, means.prefixes)
        signer_id = await means.provider.add_signer(_id(remote), person, str(remote.document_id), place)
    return await keep(means, case, replace(remote, signer_id=signer_id))


async def _signer_there(means: Means, remote: Remote) -> str | None:
    """A signer whose making was not recorded, if it signs the very document that was."""
    for signer_id in (await means.provider.read(_id(remote))).signers:
        signer = await means.provider.signer(_id(remote), signer_id)
        if signer.documents == (remote.document_id,):
            return signer_id
    return None


async def _activated(means: Means, case: Case, remote: Remote) -> bool:
    """Activates a draft that holds what it has to and nothing else; False where it ended here in the meantime."""
    found = await means.provider.read(_id(remote))
    if found.status is not RemoteStatus.DRAFT:
        return True
    for document in found.documents:
        if document != remote.document_id:
            await means.provider.remove_document(_id(remote), document)
    for signer in found.signers:
        if signer != remote.signer_id:
            await means.provider.remove_signer(_id(remote), signer)
    if (await case_of(means, case.job)).request.state is not State.PREPARED:
        return False
    await means.provider.activate(_id(remote))
    return True


def _id(remote: Remote) -> str:
    return str(remote.remote_id)

"""What signature does when contracts and documents tell something. The halves of a request come in either order."""

from dataclasses import dataclass

from services.signature.application.commands.addenda import order_addendum
from services.signature.application.commands.yousign import rows as yousign_rows
from services.signature.application.ports import Requests, RequestsOf
from services.signature.domain.model import SignatureRequest
from services.signature.domain.states import State
from services.signature.domain.values import Asked, Edition, Provider, Signed, request_id
from services.signature.domain.yousign.request import entrust
from shared.database.unit_of_work import UnitOfWork
from shared.events.blocks import Identity
from shared.events.contracts import CerEvent, CerReadyToSign, CerReopened, CerSigningCancelled, CerSnapshot
from shared.events.documents import EditionEvent, EditionFailed, EditionRendered
from shared.kernel.clock import Clock
from shared.messaging.endings import Ending, Stale, Waiting
from shared.messaging.inbox_rows import settle_waiting
from shared.security.sealing import KeyRing
from shared.sms.phones import FRENCH_PLAN

SIGNED_EDITION = "cer_sans_decision"


@dataclass(frozen=True)
class Ears:
    """What the reactions work with."""

    requests_of: RequestsOf
    keys: KeyRing
    clock: Clock
    prefixes: frozenset[str] = FRENCH_PLAN
    provider: Provider = Provider.OWN
    yousign_mail: str = ""


async def cer_ready_to_sign(event: CerReadyToSign, uow: UnitOfWork, ears: Ears) -> Ending | None:
    """Takes the half that contracts gives. A newer attempt ends the older ones that are still under way."""
    requests = ears.requests_of(uow)
    known = await requests.of_cer(event.cer_id)
    request, ending = _of_attempt(known, event.attempt)
    if ending is not None:
        return ending
    for older in known:
        if older is not request and not older.state.ended:
            uow.emit(*older.void("superseded", ears.clock.now()))
            await requests.save(older)
            await yousign_rows.wake(uow.session, older)
            await _settled(uow, older)
    if request is not None and request.asked is not None:
        return Stale("already-asked")
    asked = Asked(
        numero=event.numero,
        deadline=event.deadline,
        phone_entered_today=event.phone_entered_today,
        phone_shared=event.phone_shared,
        phone_is_agents=event.phone_is_agents,
        phone_since=event.phone_since,
    )
    if request is None:
        begun = _begun(event, event.attempt)
        begun.asked = asked
        await requests.add(begun)
        return Waiting(_waiting_reason(begun))
    # Contracts is the one who knows the person: its snapshot replaces the one that came with the edition.
    request.asked, request.identity = asked, event.identity
    request.referent, request.referent_id = event.referent, event.referent_id
    await _open(requests, request, uow, ears)
    return None


async def edition_rendered(event: EditionRendered, uow: UnitOfWork, ears: Ears) -> Ending | None:
    """Takes the half that documents gives; other editions are none of this service's business."""
    if event.kind != SIGNED_EDITION or event.attempt is None:
        return None
    requests = ears.requests_of(uow)
    request, ending = _of_attempt(await requests.of_cer(event.cer_id), event.attempt)
    if ending is not None:
        return ending
    edition = Edition(event.edition_id, event.document, event.pages)
    if request is None:
        begun = _begun(event, event.attempt)
        begun.edition = edition
        await requests.add(begun)
        return Waiting(_waiting_reason(begun))
    if request.edition is not None:
        return Stale("already-rendered")
    request.edition = edition
    await _open(requests, request, uow, ears)
    return None


async def edition_failed(event: EditionFailed, uow: UnitOfWork, ears: Ears) -> Ending | None:
    """There will be no PDF to sign: ends the attempt, without an event since contracts hears this one too."""
    if event.kind != SIGNED_EDITION or event.attempt is None:
        return None
    requests = ears.requests_of(uow)
    request, ending = _of_attempt(await requests.of_cer(event.cer_id), event.attempt)
    if ending is not None:
        return ending
    if request is None:
        request = _begun(event, event.attempt)
        request.end_without_edition(ears.clock.now())
        await requests.add(request)
        return None
    request.end_without_edition(ears.clock.now())
    await requests.save(request)
    await _settled(uow, request)
    return None


async def cer_signing_cancelled(event: CerSigningCancelled, uow: UnitOfWork, ears: Ears) -> Ending | None:
    """Contracts gave the attempt up: what is under way, or was signed in the same moment, counts no more."""
    return await _void(event, event.attempt, "cancelled", uow, ears)


async def cer_reopened(event: CerReopened, uow: UnitOfWork, ears: Ears) -> Ending | None:
    """The signed CER is open again: its signature counts no more."""
    return await _void(event, event.attempt, "reopened", uow, ears)


async def cer_snapshot(event: CerSnapshot, uow: UnitOfWork, ears: Ears) -> Ending | None:
    """Takes over a completed signature that is not known here: its sealed PDF can be read again, and be voided.

    A request that was open when the database was lost is not: its code cannot be known; contracts gives it up in time.
    """
    requests = ears.requests_of(uow)
    if event.signed is None or event.referent is None:
        return Stale("no-signature")
    if any(known.attempt >= event.attempt for known in await requests.of_cer(event.cer_id)):
        return Stale("known")
    signed = event.signed
    request = SignatureRequest(
        id=signed.signature_id,
        cer_id=event.cer_id,
        attempt=event.attempt,
        dossier_id=event.dossier_id,
        territory=event.territory,
        identity=event.identity,
        referent=event.referent,
        referent_id=event.referent_id,
        state=State.COMPLETED,
        signed=Signed(signed.signed_at, signed.entered_by),
        ended_at=signed.signed_at,
        document=signed.document,
        evidence=signed.evidence,
        # It told that it was opened, then completed: a voiding is what comes next.
        told=2,
    )
    await requests.add(request)
    return None


async def _void(event: CerEvent, attempt: int, code: str, uow: UnitOfWork, ears: Ears) -> Ending | None:
    """Voids the attempt; one that was not heard of yet is kept as void, so that its halves come too late."""
    requests, now = ears.requests_of(uow), ears.clock.now()
    request = next((one for one in await requests.of_cer(event.cer_id) if one.attempt == attempt), None)
    if request is None:
        request = _begun(event, attempt)
        uow.emit(*request.void(code, now))
        await requests.add(request)
        return None
    if request.state.ended and request.state is not State.COMPLETED:
        return Stale("already-ended")
    uow.emit(*request.void(code, now))
    await requests.save(request)
    if request.evidence is not None:
        await order_addendum(uow.session, request.id, "void")
    await yousign_rows.wake(uow.session, request)
    await _settled(uow, request)
    return None


async def _open(requests: Requests, request: SignatureRequest, uow: UnitOfWork, ears: Ears) -> None:
    """Both halves are here: opens the request, or has Yousign open it."""
    person = ears.keys.open(Identity, request.identity)
    if ears.provider is Provider.YOUSIGN:
        uow.emit(*entrust(request, person, ears.yousign_mail, ears.clock.now(), ears.prefixes))
    else:
        uow.emit(*request.open(person.telephone, ears.clock.now(), ears.prefixes))
    await requests.save(request)
    if request.provider is Provider.YOUSIGN and not request.state.ended:
        await yousign_rows.start(uow.session, request)
    await _settled(uow, request)


async def _settled(uow: UnitOfWork, request: SignatureRequest) -> None:
    """Whichever half was waiting waits no more: its age would alarm."""
    await settle_waiting(uow.session, _waiting_reason(request))


def _of_attempt(known: list[SignatureRequest], attempt: int) -> tuple[SignatureRequest | None, Ending | None]:
    """The request of an attempt; or the ending, where that attempt or a later one has already gone by."""
    if known and known[0].attempt > attempt:
        return None, Stale("superseded-attempt")
    request = next((one for one in known if one.attempt == attempt), None)
    return request, Stale("attempt-ended") if request is not None and request.state.ended else None


def _begun(event: CerEvent | EditionEvent, attempt: int) -> SignatureRequest:
    return SignatureRequest(
        id=request_id(event.cer_id, attempt),
        cer_id=event.cer_id,
        attempt=attempt,
        dossier_id=event.dossier_id,
        territory=event.territory,
        identity=event.identity,
        referent=event.referent,
        referent_id=event.referent_id if isinstance(event, CerEvent) else None,
    )


def _waiting_reason(request: SignatureRequest) -> str:
    return f"other-half:{request.id}"

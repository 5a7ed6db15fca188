"""« Processus de signature » as contracts sees it: begun, given up, past its deadline."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from services.contracts.application.commands.cers import Sheet
from services.contracts.application.commands.loading import Desk, load_cer, party_of
from services.contracts.application.ports import Stores, StoresOf
from services.contracts.domain.cers.party import PhoneFlags
from services.contracts.domain.dossiers.model import Dossier
from services.contracts.domain.moves import Act
from shared.database.engine import Database
from shared.database.unit_of_work import UnitOfWork
from shared.kernel.clock import Clock, legal_date
from shared.kernel.errors import ImpossibleMove, RaceLost

BATCH = 50


@dataclass(frozen=True)
class Patience:
    """How long an attempt may stay silent: to be prepared, and past the time when it should have ended."""

    preparing: timedelta
    beyond_expiry: timedelta


async def prepare(desk: Desk, patience: Patience, cer_id: UUID) -> Sheet:
    """Freezes the CER and asks for its edition to be signed.

    The dossier is locked, so that its number does not change meanwhile. Raises NotFound, Forbidden, ImpossibleMove,
    AccordAlreadyGiven, IncompleteCer, MobileMissing.
    """
    cer, dossier = await load_cer(desk, "prepare-signature", cer_id, locked=True)
    now = desk.clock.now()
    flags = await _phone_flags(desk, dossier)
    told = cer.prepare_signature(
        dossier.contact.mobile,
        flags,
        now + patience.preparing,
        Act(desk.agent.subject, now),
        await party_of(desk.stores, dossier),
    )
    await desk.stores.cers.save(cer)
    desk.uow.emit(*told)
    return Sheet(cer, dossier)


async def cancel(desk: Desk, cer_id: UUID, seen: int) -> Sheet:
    """Gives the attempt up. Raises NotFound, Forbidden, RaceLost, ImpossibleMove."""
    cer, dossier = await load_cer(desk, "cancel-signature", cer_id, seen=seen)
    act = Act(desk.agent.subject, desk.clock.now())
    told = cer.cancel_signature("cancelled", act, await party_of(desk.stores, dossier))
    await desk.stores.cers.save(cer)
    desk.uow.emit(*told)
    return Sheet(cer, dossier)


async def give_up_overdue(database: Database, stores_of: StoresOf, clock: Clock) -> int:
    """Gives up the attempts past their deadline, each in its own transaction; says how many."""
    async with database.read() as session:
        overdue = await stores_of(session).cers.overdue(clock.now(), BATCH)
    given_up = 0
    for cer_id in overdue:
        try:
            async with database.begin() as uow:
                given_up += await _give_up(uow, stores_of(uow.session), clock, cer_id)
        except (RaceLost, ImpossibleMove):
            continue
    return given_up


async def _give_up(uow: UnitOfWork, stores: Stores, clock: Clock, cer_id: UUID) -> bool:
    cer = await stores.cers.get(cer_id)
    now = clock.now()
    if cer.signing.deadline is None or cer.signing.deadline >= now:
        return False
    dossier = await stores.dossiers.get(cer.dossier_id)
    uow.emit(*cer.cancel_signature("deadline", Act("service:contracts", now), await party_of(stores, dossier)))
    await stores.cers.save(cer)
    return True


async def _phone_flags(desk: Desk, dossier: Dossier) -> PhoneFlags:
    mobile = dossier.contact.mobile
    if mobile is None:
        return PhoneFlags(entered_today=False, shared=False, is_agents=False)
    since = dossier.contact.telephone_since
    return PhoneFlags(
        entered_today=since == legal_date(desk.clock.now()),
        shared=await desk.stores.dossiers.is_shared(mobile, dossier.id),
        is_agents=await desk.stores.agents.own_number(mobile),
        since=since,
    )

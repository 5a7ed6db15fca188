"""Erases one person: refused by name, counted first, then done in one transaction and told to the other services."""

from dataclasses import dataclass
from uuid import UUID

from services.contracts.application.commands.loading import refuse_stale
from services.contracts.application.ports import Stores
from services.contracts.domain.dossiers.model import Dossier
from services.contracts.domain.erasures.model import Erasure, Ground, Plan
from services.contracts.domain.erasures.rules import AlreadyErased, refuse_erasure
from shared.database.unit_of_work import UnitOfWork
from shared.kernel.clock import Clock
from shared.kernel.errors import NotFound


@dataclass(frozen=True)
class Wish:
    """Who is to be erased, on what ground, by whom; `seen` is the version that the plan showed."""

    dossier_id: UUID
    ground: Ground
    by: str
    seen: int | None = None


async def plan(stores: Stores, dossier_id: UUID) -> Plan:
    """What would go; changes nothing.

    Raises NotFound, AlreadyErased, LegalHoldInForce, SignatureOpen, CerUnderStudy.
    """
    dossier = await shut(stores, dossier_id)
    rows, files = await stores.erasures.counted(dossier_id)
    for part, _ in await stores.erasures.absorbed(dossier_id):
        more, more_files = await stores.erasures.counted(part)
        rows = {table: rows.get(table, 0) + more.get(table, 0) for table in rows | more}
        files += more_files
    return Plan(dossier_id, dossier.version, rows, files)


async def erase(uow: UnitOfWork, stores: Stores, clock: Clock, wish: Wish) -> Erasure:
    """Deletes all that is here of the person and tells the others to; dossiers that were merged into this one go first.

    Raises NotFound, AlreadyErased, RaceLost, LegalHoldInForce, SignatureOpen, CerUnderStudy.
    """
    dossier = await shut(stores, wish.dossier_id)
    refuse_stale(wish.seen, dossier.version)
    now = clock.now()
    for part, version in await stores.erasures.absorbed(dossier.id):
        await stores.erasures.shut(part)
        uow.emit((await stores.erasures.erase(part, version + 1, wish.ground, wish.by, now)).told())
    done = await stores.erasures.erase(dossier.id, dossier.version + 1, wish.ground, wish.by, now)
    uow.emit(done.told())
    return done


async def shut(stores: Stores, dossier_id: UUID) -> Dossier:
    """The dossier, locked, its CERs too: nothing moves until the end. A hold on what was merged into it holds it.

    Raises NotFound, AlreadyErased, LegalHoldInForce, SignatureOpen, CerUnderStudy.
    """
    try:
        dossier = await stores.dossiers.get(dossier_id, locked=True, archived=True)
    except NotFound:
        if await stores.erasures.of_dossier(dossier_id) is not None:
            raise AlreadyErased(
                "Ce dossier a déjà été effacé : voyez la liste des effacements pour savoir qui a répondu."
            ) from None
        raise
    parts = [dossier_id, *(part for part, _ in await stores.erasures.absorbed(dossier_id))]
    held = [part for part in parts if await stores.holds.is_held(part)]
    refuse_erasure(await stores.erasures.shut(dossier_id), held=bool(held))
    return dossier

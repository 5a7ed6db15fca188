"""Dossiers that may be one person: sought in the background, dismissed or merged by an admin."""

from uuid import UUID

from services.contracts.application.commands.dossiers import refuse_while_signing
from services.contracts.application.commands.loading import Desk, act_of, load_dossier, refuse_stale
from services.contracts.application.ports import StoresOf
from services.contracts.domain.dossiers.duplicates import Duplicate, likeness
from services.contracts.domain.dossiers.model import Dossier
from services.contracts.domain.dossiers.rules import CerUnderStudy
from services.contracts.domain.erasures.rules import LegalHoldInForce
from shared.database.engine import Database
from shared.kernel.clock import Clock
from shared.kernel.errors import FieldProblem, Invalid

COMPARED = 200


async def seek(database: Database, stores_of: StoresOf, clock: Clock, after: UUID | None) -> UUID | None:
    """Compares the dossiers after this one with those that may be alike; the last compared, none at the end."""
    async with database.begin() as uow:
        stores = stores_of(uow.session)
        pairs, last = await stores.duplicates.near(after, COMPARED)
        now = clock.now()
        alike = [(one, other, likeness(one, other)) for one, other in pairs]
        found = [Duplicate(one.id, other.id, like, now) for one, other, like in alike if like is not None]
        await stores.duplicates.propose(found)
    return last


async def dismiss(desk: Desk, duplicate_id: UUID, seen: int, reason: str) -> Duplicate:
    """They are two persons: never proposed again. Raises NotFound, RaceLost, DuplicateSettled."""
    found = await desk.stores.duplicates.get(duplicate_id)
    refuse_stale(seen, found.version)
    found.dismiss(reason, act_of(desk))
    await desk.stores.duplicates.save(found)
    return found


async def merge(desk: Desk, survivor_id: UUID, seen: int, absorbed_id: UUID, absorbed_seen: int) -> Dossier:
    """Two dossiers become one: CERs, files and history are the survivor's, the other only says where they are.

    A legal hold is on one dossier and stays there: the held one absorbs, or the hold is lifted first.

    Raises NotFound, DossierIsMerged, RaceLost, Invalid, LegalHoldInForce, SignatureUnderWay, CerUnderStudy.
    """
    if survivor_id == absorbed_id:
        raise Invalid(
            "Un dossier ne se fusionne pas avec lui-même : choisissez l'autre.",
            [FieldProblem("absorbed_id", "same-dossier", "L'autre dossier est attendu.")],
        )
    # In one order, so that two merges of the same two don't wait for each other.
    both = {
        one: await load_dossier(desk, "merge-dossiers", one, locked=True) for one in sorted((survivor_id, absorbed_id))
    }
    survivor, absorbed = both[survivor_id], both[absorbed_id]
    refuse_stale(seen, survivor.version)
    refuse_stale(absorbed_seen, absorbed.version)
    if await desk.stores.holds.is_held(absorbed_id):
        raise LegalHoldInForce(
            "Le dossier à absorber est sous conservation obligatoire : gardez ce dossier-là et absorbez l'autre, ou "
            "faites d'abord lever la conservation par le chef de service."
        )
    for one in both:
        await refuse_while_signing(desk, one)
    if await desk.stores.duplicates.has_study(absorbed_id):
        raise CerUnderStudy(
            "Un CER du dossier à absorber est à l'étude : attendez sa décision, ou gardez ce dossier-là et absorbez "
            "l'autre."
        )
    act = act_of(desk)
    told = survivor.absorb(absorbed, act)
    await desk.stores.duplicates.hand_over(absorbed, survivor, act)
    # The absorbed one first: the survivor may take its place in the household.
    await desk.stores.dossiers.save(absorbed)
    await desk.stores.dossiers.save(survivor)
    desk.uow.emit(*told)
    return survivor

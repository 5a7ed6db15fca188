"""What several commands start from: the CER with its dossier, the right to touch them, who its events name."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from services.contracts.application.ports import Stores
from services.contracts.domain.cers.model import Cer
from services.contracts.domain.cers.party import Party
from services.contracts.domain.dossiers.merged import Remaining
from services.contracts.domain.dossiers.model import Dossier
from services.contracts.domain.dossiers.rules import ReferentMissing
from services.contracts.domain.moves import Act
from services.contracts.domain.rights import check
from shared.database.unit_of_work import UnitOfWork
from shared.kernel.clock import Clock
from shared.kernel.errors import RaceLost
from shared.security.principal import Principal


@dataclass(frozen=True)
class Desk:
    """One agent at work in one transaction. `weekly_hours`: whether the département uses those of the plan."""

    uow: UnitOfWork
    stores: Stores
    agent: Principal
    clock: Clock
    weekly_hours: bool = False


def act_of(desk: Desk) -> Act:
    """Who acts at this desk, and when."""
    return Act(desk.agent.subject, desk.clock.now())


async def load_dossier(desk: Desk, operation: str, dossier_id: UUID, *, locked: bool = False) -> Dossier:
    """The dossier, when this agent may do this with it. Raises NotFound, Forbidden."""
    judged = partial(check, desk.agent, operation)
    return await desk.stores.dossiers.get(dossier_id, locked=locked, judged=judged)


async def load_cer(
    desk: Desk, operation: str, cer_id: UUID, *, seen: int | None = None, locked: bool = False
) -> tuple[Cer, Dossier]:
    """The CER and its dossier (locked if asked for), when this agent may do this and saw this version.

    Raises NotFound, Forbidden, RaceLost.
    """
    cer = await desk.stores.cers.get(cer_id)
    dossier = await load_dossier(desk, operation, cer.dossier_id, locked=locked)
    refuse_stale(seen, cer.version)
    return cer, dossier


def refuse_stale(seen: int | None, version: int) -> None:
    """Raises RaceLost when the agent acts on another version than the one kept."""
    if seen is not None and seen != version:
        raise RaceLost(
            f"Quelqu'un l'a modifié entre-temps (vous aviez la version {seen}, elle est maintenant {version}) : "
            "rechargez, puis reprenez votre saisie."
        )


async def remaining(stores: Stores, known: Iterable[Dossier]) -> Remaining:
    """These, and the dossiers into which they were merged: each one object, whichever leads to it. Raises RaceLost."""
    met = {one.id: one for one in known}
    while missing := {one.merged_into for one in met.values() if one.merged_into is not None} - met.keys():
        found = {one.id: one for one in await stores.dossiers.some(list(missing))}
        if found.keys() != missing:
            raise RaceLost("Un dossier a été effacé au même instant : recommencez.")
        met |= found
    return Remaining(met)


async def party_of(stores: Stores, dossier: Dossier) -> Party:
    """Who the CER is between. Raises ReferentMissing."""
    referent = await stores.agents.find(dossier.referent_id) if dossier.referent_id is not None else None
    if referent is None:
        raise ReferentMissing("Personne n'accompagne encore cette personne : nommez d'abord un référent.")
    return Party(dossier.identity(), dossier.territory, referent.card(), await stores.reference.current())

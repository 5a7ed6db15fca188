"""What a person does not want to receive: read and changed by who accompanies them."""

from datetime import datetime
from uuid import UUID

from services.notifications.application.ports import Stores
from services.notifications.domain.preference import Preference
from services.notifications.domain.rights import check
from shared.kernel.errors import NotFound, RaceLost
from shared.security.principal import Principal


async def read(stores: Stores, dossier_id: UUID, agent: Principal) -> Preference:
    """What is kept. Raises NotFound, Forbidden."""
    await _check(stores, dossier_id, agent)
    return await stores.preferences.of(dossier_id)


async def change(
    stores: Stores, dossier_id: UUID, agent: Principal, seen: int, at: datetime, *, optional: bool
) -> Preference:
    """Notes what the person said. Raises NotFound, Forbidden, RaceLost."""
    kept = await read(stores, dossier_id, agent)
    if kept.version != seen:
        raise RaceLost("Ce choix a changé entre-temps : rechargez-le, puis recommencez.")
    changed = kept.changed(optional_messages=optional, by=agent.subject, at=at)
    await stores.preferences.save(changed, seen)
    return changed


async def _check(stores: Stores, dossier_id: UUID, agent: Principal) -> None:
    """Whose dossier it is follows from its last message: notifications keeps no dossiers."""
    last = await stores.messages.last_of(dossier_id)
    if last is None:
        raise NotFound("Aucun message n'a été fait pour ce dossier : il n'y a rien à refuser encore.")
    check(agent, "change-preference", last.territory, last.referent_id)

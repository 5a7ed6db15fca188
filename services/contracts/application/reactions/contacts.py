"""What contracts does when a message could not reach the person: the dossier says so until another way is entered."""

from services.contracts.application.reactions.hearing import Means
from services.contracts.domain.moves import Act
from shared.database.unit_of_work import UnitOfWork
from shared.events.blocks import ContactPoint
from shared.events.notifications import ContactFailed
from shared.kernel.errors import NotFound
from shared.messaging.endings import Ending, Stale

BY = "service:notifications"
# What of the dossier each channel needs.
_WHAT = {"mail": "mail", "sms": "telephone", "letter": "adresse"}


async def contact_failed(event: ContactFailed, uow: UnitOfWork, means: Means) -> Ending | None:
    """Marks the mail, the number or the address, unless it was changed since. Raises NotFound, BlockNotReadable."""
    what = _WHAT.get(event.channel)
    if what is None:
        return Stale("another-channel")
    stores = means.stores_of(uow.session)
    found = await stores.dossiers.some([event.dossier_id])
    if not found:
        raise NotFound("Aucun dossier ne porte cet identifiant.")
    dossier = await stores.dossiers.get(found[0].current_id, locked=True, archived=True)
    tried = means.keys.open(ContactPoint, event.contact).address
    told = dossier.not_reached(what, tried, event.code, Act(BY, means.clock.now()))
    if not told:
        return Stale("changed-since")
    await stores.dossiers.save(dossier)
    uow.emit(*told)
    return None

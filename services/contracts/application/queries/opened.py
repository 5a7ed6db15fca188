"""What is read because it was opened to who reads it: by a commission's members, while their session is."""

from datetime import datetime
from functools import partial
from uuid import UUID

from services.contracts.application.ports import Judge, Stores
from services.contracts.domain.files.model import Attachment
from services.contracts.domain.rights import by_opening, check
from shared.security.principal import Principal


async def of_cer(stores: Stores, agent: Principal, operation: str, cer_id: UUID, now: datetime) -> Judge:
    """Judges the dossier of this CER, which may have been opened to the agent."""
    opened = by_opening(agent, operation) and await stores.commission_files.cer_is_open(cer_id, agent.subject, now)
    return partial(check, agent, operation, opened=opened)


async def of_dossier(stores: Stores, agent: Principal, operation: str, dossier_id: UUID, now: datetime) -> Judge:
    """Judges a dossier, of which a CER may have been opened to the agent."""
    opened = await cers_of(stores, agent, operation, dossier_id, now)
    return partial(check, agent, operation, opened=bool(opened))


async def of_file(stores: Stores, agent: Principal, operation: str, found: Attachment, now: datetime) -> Judge:
    """Judges the dossier of this pièce, which may be of a CER that was opened to the agent."""
    if found.description.cer_id is None:
        return partial(check, agent, operation)
    return await of_cer(stores, agent, operation, found.description.cer_id, now)


async def cers_of(
    stores: Stores, agent: Principal, operation: str, dossier_id: UUID, now: datetime
) -> frozenset[UUID] | None:
    """The CERs of a dossier that were opened to the agent; none where another right is theirs."""
    if not by_opening(agent, operation):
        return None
    return await stores.commission_files.open_cers(dossier_id, agent.subject, now)

"""Who of a commission reads which CER, told by validation: the highest version of a file says what holds."""

from services.contracts.application.ports.commission_files import CommissionFile
from services.contracts.application.reactions.hearing import Means
from shared.database.unit_of_work import UnitOfWork
from shared.events.sessions import CommissionFileEvent, FileOpenedToCommission
from shared.messaging.endings import Ending, Stale


async def file_told(event: CommissionFileEvent, uow: UnitOfWork, means: Means) -> Ending | None:
    """Opens the CER and its dossier to these members, or closes them; whatever the order in which it is told."""
    told = CommissionFile(
        id=event.file_id,
        session_id=event.session_id,
        cer_id=event.cer_id,
        dossier_id=event.dossier_id,
        version=event.aggregate_version,
        open=isinstance(event, FileOpenedToCommission),
        members=event.members,
        until=event.until,
    )
    kept = await means.stores_of(uow.session).commission_files.keep(told)
    return None if kept else Stale("older-than-known")

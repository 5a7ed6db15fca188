"""What validation does when contracts tells something."""

from services.validation.application.ports import StudiesOf
from services.validation.domain.model import Study
from services.validation.domain.rebuilding import FOLLOWED, rebuilt
from shared.database.unit_of_work import UnitOfWork
from shared.events.contracts import CerSnapshot, CerSubmitted
from shared.messaging.endings import Ending, Stale


async def cer_submitted(event: CerSubmitted, uow: UnitOfWork, studies_of: StudiesOf) -> Ending | None:
    """Opens the study, or resumes it when the référent submits a CER again that had been returned.

    An older submission than the one under study is stale. One that comes while the study was never returned, or after
    the decision, is an impossible move: it raises, and is parked for somebody to look.
    """
    studies = studies_of(uow)
    study = await studies.of_cer(event.cer_id)
    if study is None:
        opened, told = Study.open(event, event.submitted_at)
        await studies.add(opened)
        uow.emit(told)
        return None
    if event.submission <= study.submission.number:
        return Stale("older-submission")
    told = study.resume(event, event.submitted_at)
    await studies.save(study)
    uow.emit(told)
    return None


async def cer_snapshot(event: CerSnapshot, uow: UnitOfWork, studies_of: StudiesOf) -> Ending | None:
    """Takes over a study that is not known here, or known as it was before: a lost or restored database. Tells nothing.

    What is under way here is ahead of what contracts heard of it: then nothing changes.
    """
    if event.study is None or event.state not in FOLLOWED or event.referent is None:
        return Stale("no-study")
    taken = await studies_of(uow).rebuild(rebuilt(event, event.study))
    return None if taken else Stale("older-than-known")

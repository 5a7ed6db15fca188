"""What validation does when contracts tells something."""

from services.validation.application.ports import ListsOf, StudiesOf
from services.validation.domain.lists import KeptList, ListName
from services.validation.domain.model import Study
from services.validation.domain.rebuilding import FOLLOWED, rebuilt
from shared.database.unit_of_work import UnitOfWork
from shared.events.contracts import CerSnapshot, CerSubmitted
from shared.events.reference import ListChanged, TerritoryChanged
from shared.messaging.endings import Ending, Stale


async def cer_submitted(
    event: CerSubmitted, uow: UnitOfWork, studies_of: StudiesOf, lists_of: ListsOf
) -> Ending | None:
    """Opens the study, or resumes it when the référent submits a CER again that had been returned.

    An older submission than the one under study is stale. One that comes while the study was never returned, or after
    the decision, is an impossible move: it raises, and is parked for somebody to look.
    """
    studies = studies_of(uow)
    study = await studies.of_cer(event.cer_id)
    priorities = await lists_of(uow).get(ListName.PRIORITIES)
    if study is None:
        opened, told = Study.open(event, event.submitted_at)
        opened.follow_ranks(priorities.ranks())
        await studies.add(opened)
        uow.emit(told)
        return None
    if event.submission <= study.submission.number:
        return Stale("older-submission")
    told = study.resume(event, event.submitted_at)
    study.follow_ranks(priorities.ranks())
    await studies.save(study)
    uow.emit(told)
    return None


async def cer_snapshot(event: CerSnapshot, uow: UnitOfWork, studies_of: StudiesOf, lists_of: ListsOf) -> Ending | None:
    """Takes over a study that is not known here, or known as it was before: a lost or restored database. Tells nothing.

    What is under way here is ahead of what contracts heard of it: then nothing changes.
    """
    if event.study is None or event.state not in FOLLOWED or event.referent is None:
        return Stale("no-study")
    followed = rebuilt(event, event.study)
    followed.follow_ranks((await lists_of(uow).get(ListName.PRIORITIES)).ranks())
    taken = await studies_of(uow).rebuild(followed)
    return None if taken else Stale("older-than-known")


async def list_changed(event: ListChanged, uow: UnitOfWork, lists_of: ListsOf) -> Ending | None:
    """Keeps the list, if studies follow it; those that wait take over the ranks of priorities."""
    if event.list_id not in set(ListName):
        return Stale("not-followed")
    told = KeptList.told(event)
    lists = lists_of(uow)
    if not await lists.keep(told):
        return Stale("older-than-known")
    if told.name is ListName.PRIORITIES:
        await lists.rank(told)
    return None


async def territory_changed(event: TerritoryChanged, uow: UnitOfWork, lists_of: ListsOf) -> Ending | None:
    """Keeps that there is such a territory, for the rules that name it; a closed one still has CERs."""
    kept = await lists_of(uow).keep_territory(event.territory, event.aggregate_version)
    return None if kept else Stale("older-than-known")

"""What becomes of a submitted CER, told by validation: it settles the races, contracts follows.

An event of an older submission goes to history. One that does not fit the state raises, and is parked: reported, never
swallowed.
"""

from services.contracts.application.reactions.hearing import Hearing, Means, hear
from services.contracts.domain.cers.decision import Decided
from services.contracts.domain.cers.draft import Nature
from services.contracts.domain.cers.facts import start_of
from services.contracts.domain.cers.states import State, Verb
from services.contracts.domain.snapshots.model import FollowedStudy
from shared.database.unit_of_work import UnitOfWork
from shared.events.blocks import DecisionText, Reason
from shared.events.contracts import CerEvent
from shared.events.validation import (
    CerDecided,
    CerReturnedForComplement,
    CerSentToChefDeService,
    CerSentToCommission,
    CerTakenBack,
    StudyEvent,
    StudyOpened,
)
from shared.messaging.endings import Ending

VALIDATION = "service:validation"


async def study_opened(event: StudyOpened, uow: UnitOfWork, means: Means) -> Ending | None:
    """The submission is on the worklist: history only."""
    hearing = await hear(event, uow, means, event.cer_id, VALIDATION)
    if hearing.cer.is_submission_over(event.submission):
        return await hearing.stale_submission(event.submission)
    hearing.cer.study_opened(hearing.act)
    await hearing.stores.cers.write_line(hearing.cer, hearing.cer.moves.pop())
    await hearing.follow(FollowedStudy(event.aggregate_version))
    return None


async def cer_sent_to_commission(event: CerSentToCommission, uow: UnitOfWork, means: Means) -> Ending | None:
    """Waits for a commission's opinion."""
    return await _routed(event, uow, means, Verb.SEND_TO_COMMISSION, commission_kind=event.commission_kind)


async def cer_sent_to_chef_de_service(event: CerSentToChefDeService, uow: UnitOfWork, means: Means) -> Ending | None:
    """Waits for the chef de service's decision."""
    return await _routed(event, uow, means, Verb.SEND_TO_CHEF_DE_SERVICE)


async def cer_taken_back(event: CerTakenBack, uow: UnitOfWork, means: Means) -> Ending | None:
    """Waits to be routed again."""
    return await _routed(event, uow, means, Verb.TAKE_BACK)


async def cer_returned_for_complement(event: CerReturnedForComplement, uow: UnitOfWork, means: Means) -> Ending | None:
    """A proposition again, for the référent to complete."""
    hearing = await hear(event, uow, means, event.cer_id, VALIDATION)
    if hearing.cer.is_submission_over(event.submission):
        return await hearing.stale_submission(event.submission)
    reason = means.keys.open(Reason, event.reason)
    words = "\n".join((reason.text, *reason.missing))
    await hearing.save(*hearing.cer.returned(event.reason, words, hearing.act, await hearing.party()))
    await hearing.follow(FollowedStudy(event.aggregate_version))
    return None


async def cer_decided(event: CerDecided, uow: UnitOfWork, means: Means) -> Ending | None:
    """The one decision: its words are kept for the référent, and passed on sealed as they came.

    A modification that is validated ends the CERs in force in the same transaction: no day has both.
    """
    hearing = await hear(event, uow, means, event.cer_id, event.decided_by)
    if hearing.cer.is_submission_over(event.submission):
        return await hearing.stale_submission(event.submission)
    told = Decided(
        outcome=event.outcome,
        path=event.path,
        decided_at=event.decided_at,
        decided_by=event.decided_by,
        date_debut=event.date_debut,
        text=means.keys.open(DecisionText, event.decision),
        sealed_text=event.decision,
        sealed_decider=event.decider,
    )
    events: list[CerEvent] = list(hearing.cer.decided(told, hearing.act, await hearing.party()))
    if hearing.cer.state is State.VALIDE and hearing.cer.draft.nature is Nature.MODIFICATION:
        events += await _end_those_in_force(hearing)
    await hearing.save(*events)
    await hearing.follow(FollowedStudy(event.aggregate_version, decider=event.decider))
    return None


async def _end_those_in_force(hearing: Hearing) -> list[CerEvent]:
    cer, stores = hearing.cer, hearing.stores
    start = start_of(cer.draft)
    ended: list[CerEvent] = []
    for other in await stores.cers.in_force_at(cer.dossier_id, start, besides=cer.id):
        ended += other.shorten(cer.id, start, hearing.act, await hearing.party())
        await stores.cers.save(other)
    return ended


async def _routed(event: StudyEvent, uow: UnitOfWork, means: Means, verb: Verb, **details: str) -> Ending | None:
    hearing = await hear(event, uow, means, event.cer_id, VALIDATION)
    if hearing.cer.is_submission_over(event.submission):
        return await hearing.stale_submission(event.submission)
    await hearing.save(*hearing.cer.routed(verb, hearing.act, await hearing.party(), **details))
    await hearing.follow(FollowedStudy(event.aggregate_version, details.get("commission_kind")))
    return None

"""What agents do to a study: each command loads it locked, makes one move, saves it and tells it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from services.validation.application.commands.agenda import Held
from services.validation.application.ports import ListsOf, StudiesOf
from services.validation.domain.delegations.model import Delegation
from services.validation.domain.lists import ListName, usable_kind
from services.validation.domain.model import Lacking, Study
from services.validation.domain.motives import missing_words
from services.validation.domain.sessions.parts import Act
from services.validation.domain.values import Opinion, Verdict
from shared.database.unit_of_work import UnitOfWork
from shared.events.blocks import AgentCard
from shared.events.validation import StudyEvent
from shared.kernel.clock import legal_date


@dataclass(frozen=True)
class Order:
    """Which study, by whom, when, and the version that they had before their eyes."""

    study_id: UUID
    seen: int
    by: AgentCard
    at: datetime


async def send_to_commission(
    uow: UnitOfWork, studies_of: StudiesOf, lists_of: ListsOf, order: Order, *, kind: str, reason: str
) -> Study:
    """Routes to a commission, of a kind that can be asked today.

    Raises NotFound, RaceLost, AlreadyDecided, ImpossibleMove, ReasonRequired, UnknownCommissionKind,
    CommissionKindNotUsable.
    """
    kinds = await lists_of(uow).get(ListName.COMMISSION_KINDS)

    def move(study: Study) -> StudyEvent:
        code = usable_kind(kinds, kind, legal_date(order.at))
        return study.send_to_commission(code, reason, order.by, order.at)

    return await _act(uow, studies_of, order, move)


async def send_to_chef_de_service(uow: UnitOfWork, studies_of: StudiesOf, order: Order, reason: str) -> Study:
    """Routes to the chef de service.

    Raises NotFound, RaceLost, AlreadyDecided, ImpossibleMove, ReasonRequired.
    """
    return await _act(uow, studies_of, order, lambda study: study.send_to_chef_de_service(reason, order.by, order.at))


async def take_back(uow: UnitOfWork, studies_of: StudiesOf, order: Order, reason: str) -> Study:
    """Back to be routed. Raises as `send_to_chef_de_service`."""
    return await _act(uow, studies_of, order, lambda study: study.take_back(reason, order.by, order.at))


async def return_for_complement(
    uow: UnitOfWork, studies_of: StudiesOf, lists_of: ListsOf, order: Order, *, reason: str, lacking: Lacking
) -> Study:
    """Returns the CER to its référent. Raises as `send_to_chef_de_service`, UnknownComplement."""
    complements = await lists_of(uow).get(ListName.COMPLEMENTS)
    words = missing_words(complements, lacking.codes, lacking.words, legal_date(order.at))
    worded = replace(lacking, words=words)
    return await _act(
        uow, studies_of, order, lambda study: study.return_for_complement(reason, worded, order.by, order.at)
    )


async def give_opinion(uow: UnitOfWork, studies_of: StudiesOf, order: Order, opinion: Opinion) -> Study:
    """Records the opinion of a commission that sits without a session kept here.

    Raises NotFound, RaceLost, AlreadyDecided, ImpossibleMove, OpinionBelongsToSession.
    """
    return await _act(uow, studies_of, order, lambda study: study.give_opinion(opinion, order.by, order.at))


async def record_outcome(uow: UnitOfWork, studies_of: StudiesOf, order: Order, verdict: Verdict) -> Study:
    """Records the outcome that follows the opinion.

    Raises as `decide`, OpinionMissing, OutcomeAgainstOpinion, SessionNotClosed.
    """
    return await _act(uow, studies_of, order, lambda study: study.record_outcome(verdict, order.by, order.at))


async def decide(
    uow: UnitOfWork, studies_of: StudiesOf, order: Order, verdict: Verdict, delegation: Delegation | None = None
) -> Study:
    """The decision of the chef de service, or of who holds this delegation, if it is for this CER.

    Raises DelegationRequired, NotFound, RaceLost, AlreadyDecided, ImpossibleMove, AuthorCannotDecide, CommentRequired,
    ArbitrationImpossible.
    """
    return await _act(uow, studies_of, order, lambda study: study.decide(verdict, order.by, order.at, delegation))


async def _act(uow: UnitOfWork, studies_of: StudiesOf, order: Order, move: Callable[[Study], StudyEvent]) -> Study:
    held = await Held.lock(studies_of(uow), order.study_id)
    held.study.check_seen(order.seen)
    told = move(held.study)
    left = held.leave(Act(order.by, order.at))
    await held.save()
    uow.emit(told, *left)
    return held.study

"""Deciding: by the chef de service or who holds a delegation, one study or a series of opened ones."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.validation.application import commands
from services.validation.application.commands import Order
from services.validation.application.commands.many import Result, act_on_many
from services.validation.application.ports import ListsOf, StudiesOf
from services.validation.application.ports.delegations import DelegationsOf, OpeningsOf
from services.validation.domain.delegations.model import Delegation
from services.validation.domain.delegations.rules import DelegationRequired
from services.validation.domain.lists import ListName
from services.validation.domain.model import Study
from services.validation.domain.motives import worded
from services.validation.domain.rules import StudyNotOpened
from services.validation.domain.values import Verdict
from shared.database.unit_of_work import UnitOfWork
from shared.events.validation import StudyEvent
from shared.kernel.clock import legal_date


@dataclass(frozen=True)
class Deciders:
    """What deciding asks of the outside; `heads_service`: who decides does so in their own right."""

    studies_of: StudiesOf
    lists_of: ListsOf
    delegations_of: DelegationsOf
    heads_service: bool


async def decide(uow: UnitOfWork, deciders: Deciders, order: Order, verdict: Verdict) -> Study:
    """The decision of the chef de service, or by delegation.

    Raises DelegationRequired, NotFound, RaceLost, AlreadyDecided, ImpossibleMove, AuthorCannotDecide, CommentRequired,
    UnknownMotive, ArbitrationImpossible.
    """
    delegation = await _delegation(uow, deciders, order)
    words = await _worded(uow, deciders.lists_of, order, verdict)
    return await commands.decide(uow, deciders.studies_of, order, words, delegation)


async def record_outcome(
    uow: UnitOfWork, studies_of: StudiesOf, lists_of: ListsOf, order: Order, verdict: Verdict
) -> Study:
    """The outcome that follows the commission's opinion. Raises as `commands.record_outcome`, UnknownMotive."""
    words = await _worded(uow, lists_of, order, verdict)
    return await commands.record_outcome(uow, studies_of, order, words)


async def decide_many(
    uow: UnitOfWork,
    deciders: Deciders,
    openings_of: OpeningsOf,
    orders: Sequence[Order],
    verdict: Verdict,
    *,
    atomic: bool,
) -> list[Result]:
    """The same decision on each study that the decider opened since it was submitted last.

    Raises DelegationRequired, UnknownMotive, Invalid, RefusedTogether.
    """
    first = orders[0]
    delegation = await _delegation(uow, deciders, first)
    words = await _worded(uow, deciders.lists_of, first, verdict)
    opened = await openings_of(uow).of(first.by.agent_id, [order.study_id for order in orders])

    def decide_one(place: int, study: Study) -> StudyEvent:
        if opened.get(study.id) != study.submission.number:
            raise StudyNotOpened(
                "Une décision en série ne porte que sur les dossiers que vous avez ouverts depuis leur dernière "
                "soumission : ouvrez celui-ci, puis recommencez."
            )
        order = orders[place]
        return study.decide(words, order.by, order.at, delegation)

    return await act_on_many(uow, deciders.studies_of, orders, decide_one, atomic=atomic)


async def _worded(uow: UnitOfWork, lists_of: ListsOf, order: Order, verdict: Verdict) -> Verdict:
    motives = await lists_of(uow).get(ListName.DECISION_MOTIVES)
    return worded(verdict, motives, legal_date(order.at))


async def _delegation(uow: UnitOfWork, deciders: Deciders, order: Order) -> Delegation | None:
    """None for who decides in their own right. Raises DelegationRequired."""
    if deciders.heads_service:
        return None
    held = await deciders.delegations_of(uow).held_by(order.by.agent_id, legal_date(order.at))
    if held is None:
        raise DelegationRequired(
            "Seul le chef de service décide, ou l'agent qui tient aujourd'hui sa délégation : transmettez-lui ce CER."
        )
    return held

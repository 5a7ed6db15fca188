"""One act on many studies: all or nothing, or each with its own result."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from services.validation.application.commands import Order
from services.validation.application.commands.agenda import Held
from services.validation.application.ports import StudiesOf
from services.validation.domain.model import Study
from services.validation.domain.routing.rules import RefusedTogether
from services.validation.domain.sessions.parts import Act as SessionAct
from shared.database.unit_of_work import UnitOfWork
from shared.events.validation import StudyEvent
from shared.kernel.errors import FieldProblem, Invalid, NotFound, Refusal

# As many as one request takes.
MOST = 500


@dataclass(frozen=True)
class Result:
    """What became of one of them: the study as it is now, or why nothing was done."""

    order: Order
    study: Study | None = None
    refusal: Refusal | None = None


Act = Callable[[int, Study], StudyEvent]


async def act_on_many(
    uow: UnitOfWork, studies_of: StudiesOf, orders: Sequence[Order], act: Act, *, atomic: bool
) -> list[Result]:
    """Does `act` to the study of each order, with the order's place, and gives the results in their order.

    Raises Invalid when a study is named twice, RefusedTogether when all or nothing was asked and one is refused.
    """
    _refuse_repeated(orders)
    locked = await Held.lock_many(studies_of(uow), [order.study_id for order in orders])
    results: list[Result] = []
    for place, order in enumerate(orders):
        try:
            held = locked.get(order.study_id)
            if held is None:
                raise NotFound("Aucune étude ne porte cet identifiant : revenez à la liste des CER soumis.")
            held.study.check_seen(order.seen)
            told = [act(place, held.study), *held.leave(SessionAct(order.by, order.at))]
        except Refusal as refusal:
            results.append(Result(order, refusal=refusal))
            continue
        await held.save()
        uow.emit(*told)
        results.append(Result(order, held.study))
    if atomic and (problems := _problems(results)):
        raise RefusedTogether(problems)
    return results


def _problems(results: Sequence[Result]) -> list[FieldProblem]:
    return [
        FieldProblem(f"items.{place}", one.refusal.code, one.refusal.detail)
        for place, one in enumerate(results)
        if one.refusal is not None
    ]


def _refuse_repeated(orders: Sequence[Order]) -> None:
    seen = set()
    for place, order in enumerate(orders):
        if order.study_id in seen:
            detail = "Cette étude est nommée deux fois : gardez une seule ligne par étude."
            raise Invalid(detail, [FieldProblem(f"items.{place}.study_id", "repeated", detail)])
        seen.add(order.study_id)

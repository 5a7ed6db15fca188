"""Routing many studies at once, and what the admin does to the book of rules."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.validation.application.commands import Order
from services.validation.application.commands.many import Result, act_on_many
from services.validation.application.ports import Lists, ListsOf, StudiesOf
from services.validation.application.ports.routing import Edition, RuleBooksOf
from services.validation.domain.lists import ListName, usable_kind
from services.validation.domain.model import Study
from services.validation.domain.routing.checking import Known, checked
from services.validation.domain.routing.model import Route, Rule, RuleBook
from services.validation.domain.values import Path
from shared.database.unit_of_work import UnitOfWork
from shared.events.validation import StudyEvent
from shared.kernel.clock import legal_date
from shared.kernel.errors import RaceLost


@dataclass(frozen=True)
class Routing:
    """One study of many: by whom, as they saw it, where to and why."""

    order: Order
    route: Route
    reason: str


async def route_many(
    uow: UnitOfWork, studies_of: StudiesOf, lists_of: ListsOf, wanted: Sequence[Routing], *, atomic: bool
) -> list[Result]:
    """Routes each study where it is wanted. Raises Invalid, RefusedTogether."""
    kinds = await lists_of(uow).get(ListName.COMMISSION_KINDS)

    def route(place: int, study: Study) -> StudyEvent:
        one = wanted[place]
        if one.route.path is Path.CHEF_DE_SERVICE:
            return study.send_to_chef_de_service(one.reason, one.order.by, one.order.at)
        kind = usable_kind(kinds, one.route.kind or "", legal_date(one.order.at))
        return study.send_to_commission(kind, one.reason, one.order.by, one.order.at)

    return await act_on_many(uow, studies_of, [one.order for one in wanted], route, atomic=atomic)


@dataclass(frozen=True)
class Keeper:
    """Who changes the book, when, and which version they had before their eyes; none where any will do."""

    by: str
    at: datetime
    seen: int | None = None


async def put_rule(
    uow: UnitOfWork, books_of: RuleBooksOf, lists_of: ListsOf, keeper: Keeper, rule: Rule, *, new: bool
) -> RuleBook:
    """Adds a rule at the end, or changes the one that has its id.

    Raises RaceLost, UnknownRule, UnknownCodes, RuleIncoherent, UnknownCommissionKind, CommissionKindNotUsable.
    """
    known = await _known(lists_of(uow), rule)
    kept = checked(rule, known, legal_date(keeper.at))
    return await change_book(uow, books_of, keeper, lambda book: book.added(kept) if new else book.changed(kept))


async def change_book(
    uow: UnitOfWork, books_of: RuleBooksOf, keeper: Keeper, change: Callable[[RuleBook], RuleBook]
) -> RuleBook:
    """Stores the book's next version. Raises RaceLost, and what the change refuses."""
    books = books_of(uow)
    book = await books.current()
    if keeper.seen is not None and keeper.seen != book.version:
        raise RaceLost("Les règles ont changé depuis que vous les avez ouvertes : rechargez-les, puis recommencez.")
    changed = change(book)
    await books.add(Edition(changed, keeper.by, keeper.at))
    return changed


async def _known(lists: Lists, rule: Rule) -> Known:
    return Known(
        natures=(await lists.get(ListName.NATURES)).codes(),
        territories=await lists.territories(rule.conditions.territories),
        priorities=(await lists.get(ListName.PRIORITIES)).codes(),
        requests=(await lists.get(ListName.REQUESTS)).codes(),
        kinds=await lists.get(ListName.COMMISSION_KINDS),
    )

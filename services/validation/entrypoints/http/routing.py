"""Routing many studies at once, and the rules from which their routes are proposed."""

from collections.abc import Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response

from services.validation.adapters.routing import SqlRuleBooks
from services.validation.application.commands import routing as commands
from services.validation.application.commands.routing import Keeper
from services.validation.domain.rights import RIGHTS
from services.validation.domain.routing.model import RuleBook
from services.validation.entrypoints.http.routing_bodies import (
    Editions,
    EditionsQuery,
    EditionView,
    OrderIn,
    Results,
    RouteMany,
    RuleBookView,
    RuleIn,
)
from services.validation.entrypoints.http.seen import card_of
from shared.audit.slip import enter_with
from shared.database.unit_of_work import UnitOfWork
from shared.http.once import Once, once
from shared.http.rights import allowed
from shared.http.versions import if_match, set_etag
from shared.kernel.clock import legal_date
from shared.kernel.ids import new_id
from shared.security.principal import Principal

router = APIRouter(tags=["routing"])

OnceOnly = Annotated[Once, Depends(once)]
Seen = Annotated[int, Depends(if_match)]
Admin = Annotated[Principal, Depends(allowed(RIGHTS, "change-routing-rules"))]


@router.post("/studies/routing", response_model=Results)
async def route_studies(
    request: Request,
    body: RouteMany,
    agent: Annotated[Principal, Depends(allowed(RIGHTS, "route-studies"))],
    only: OnceOnly,
) -> Response:
    """Routes up to 500 studies: all or nothing, or each with its own result."""
    state = request.app.state
    wanted = body.wanted(card_of(agent), state.clock.now())

    async def command(uow: UnitOfWork) -> tuple[Results, int]:
        done = await commands.route_many(uow, state.studies_of, state.lists_of, wanted, atomic=body.mode == "all")
        return Results.of(done), 1

    return await only.run(command)


@router.get("/routing-rules", dependencies=[Depends(allowed(RIGHTS, "read-routing-rules"))])
async def read_rules(request: Request, response: Response) -> RuleBookView:
    """The rules, in the order in which they are looked at."""
    async with request.app.state.database.read() as session:
        book = await SqlRuleBooks(session).current()
    set_etag(response, book.version)
    return RuleBookView.of(book)


@router.get("/routing-rules/versions", dependencies=[Depends(allowed(RIGHTS, "read-routing-rules"))])
async def read_versions(request: Request, query: Annotated[EditionsQuery, Query()]) -> Editions:
    """Every version of the rules, who made it and when, the last first."""
    async with request.app.state.database.read() as session:
        found = await SqlRuleBooks(session).editions(query.before, query.limit + 1)
    shown = found[: query.limit]
    following = shown[-1].book.version if len(found) > query.limit else None
    return Editions(versions=[EditionView.of_edition(one) for one in shown], next=following)


@router.post("/routing-rules", response_model=RuleBookView, status_code=201)
async def add_rule(request: Request, body: RuleIn, admin: Admin, only: OnceOnly) -> Response:
    """Adds a rule at the end of the book."""
    state = request.app.state
    now = state.clock.now()
    rule = body.rule(new_id(), legal_date(now))

    async def command(uow: UnitOfWork) -> tuple[RuleBookView, int]:
        keeper = Keeper(admin.subject, now)
        book = await commands.put_rule(uow, state.rule_books_of, state.lists_of, keeper, rule, new=True)
        return RuleBookView.of(book), book.version

    return await only.run(command, status=201)


@router.put("/routing-rules/order")
async def reorder_rules(request: Request, response: Response, body: OrderIn, admin: Admin, seen: Seen) -> RuleBookView:
    """Puts the rules in another order: the first that is met counts. If-Match holds the version of the book."""
    return await _changed(request, response, admin, seen, lambda book: book.reordered(body.rule_ids))


@router.put("/routing-rules/{rule_id}")
async def change_rule(
    request: Request, response: Response, rule_id: UUID, *, body: RuleIn, admin: Admin, seen: Seen
) -> RuleBookView:
    """Changes a rule, in its place. If-Match holds the version of the book."""
    state = request.app.state
    keeper = Keeper(admin.subject, state.clock.now(), seen)
    rule = body.rule(rule_id, legal_date(keeper.at))
    async with state.database.begin() as uow:
        enter_with(uow)
        book = await commands.put_rule(uow, state.rule_books_of, state.lists_of, keeper, rule, new=False)
    set_etag(response, book.version)
    return RuleBookView.of(book)


@router.delete("/routing-rules/{rule_id}")
async def remove_rule(request: Request, response: Response, rule_id: UUID, admin: Admin, seen: Seen) -> RuleBookView:
    """Takes a rule out; former versions keep it. If-Match holds the version of the book."""
    return await _changed(request, response, admin, seen, lambda book: book.removed(rule_id))


async def _changed(
    request: Request, response: Response, admin: Principal, seen: int, change: Callable[[RuleBook], RuleBook]
) -> RuleBookView:
    state = request.app.state
    async with state.database.begin() as uow:
        enter_with(uow)
        keeper = Keeper(admin.subject, state.clock.now(), seen)
        book = await commands.change_book(uow, state.rule_books_of, keeper, change)
    set_etag(response, book.version)
    return RuleBookView.of(book)

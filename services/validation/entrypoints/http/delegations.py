"""Delegations of the chef de service: given, seen, ended before their last day."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response

from services.validation.adapters.delegations import SqlDelegations
from services.validation.application.commands import delegations as commands
from services.validation.application.commands.delegations import Giver
from services.validation.application.ports.delegations import DelegationFilter
from services.validation.domain.rights import HEADS, RIGHTS, SEES_ALL_DELEGATIONS
from services.validation.entrypoints.http.delegation_bodies import (
    DelegationIn,
    DelegationsPage,
    DelegationsQuery,
    DelegationView,
)
from shared.database.unit_of_work import UnitOfWork
from shared.http.cursors import cursor_of
from shared.http.once import Once, once
from shared.http.rights import allowed
from shared.kernel.clock import legal_date
from shared.kernel.ids import new_id
from shared.security.principal import Principal

router = APIRouter(tags=["delegations"])

OnceOnly = Annotated[Once, Depends(once)]


@router.get("/delegations")
async def list_delegations(
    request: Request,
    query: Annotated[DelegationsQuery, Query()],
    agent: Annotated[Principal, Depends(allowed(RIGHTS, "list-delegations"))],
) -> DelegationsPage:
    """Those that were given, the one that begins last first; an agent of the service sees their own."""
    today = legal_date(request.app.state.clock.now())
    wanted = DelegationFilter(
        delegate_id=None if agent.role in SEES_ALL_DELEGATIONS else agent.subject,
        in_force=today if query.in_force else None,
    )
    async with request.app.state.database.read() as session:
        found = await SqlDelegations(session).page(wanted, query.place(), query.limit + 1)
    shown = found[: query.limit]
    following = cursor_of((shown[-1].first_day, shown[-1].id)) if len(found) > query.limit else None
    return DelegationsPage(delegations=[DelegationView.of(one, today) for one in shown], next=following)


@router.post("/delegations", response_model=DelegationView, status_code=201)
async def give_delegation(
    request: Request,
    body: DelegationIn,
    agent: Annotated[Principal, Depends(allowed(RIGHTS, "give-delegation"))],
    only: OnceOnly,
) -> Response:
    """Lets an agent of the service decide in one's place; the admin names the chef de service whose place it is."""
    giver = _giver(request, agent)
    wanted = body.wanted(new_id(), giver)

    async def command(uow: UnitOfWork) -> tuple[DelegationView, int]:
        state = request.app.state
        given = await commands.give(uow, state.delegations_of, state.lists_of, giver, wanted)
        return DelegationView.of(given, legal_date(giver.at)), 1

    return await only.run(command, status=201)


@router.post("/delegations/{delegation_id}/ending", response_model=DelegationView)
async def end_delegation(
    request: Request,
    delegation_id: UUID,
    agent: Annotated[Principal, Depends(allowed(RIGHTS, "end-delegation"))],
    only: OnceOnly,
) -> Response:
    """Ends it before its last day: from the next request on, it gives nothing."""
    giver = _giver(request, agent)

    async def command(uow: UnitOfWork) -> tuple[DelegationView, int]:
        ended = await commands.end(uow, request.app.state.delegations_of, giver, delegation_id)
        return DelegationView.of(ended, legal_date(giver.at)), 2

    return await only.run(command)


def _giver(request: Request, agent: Principal) -> Giver:
    return Giver(agent.subject, request.app.state.clock.now(), own_only=agent.role in HEADS)

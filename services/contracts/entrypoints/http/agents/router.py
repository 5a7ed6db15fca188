"""The directory over HTTP: searched by all who name a référent, kept by the admin."""

import io
from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from services.contracts.adapters.agents_file import read_agents
from services.contracts.application.commands import agents as commands
from services.contracts.application.commands.agents import known
from services.contracts.application.commands.agents_import import sorted_out, take
from services.contracts.application.commands.loading import Desk
from services.contracts.domain.agents.listing import AgentsReport
from services.contracts.domain.agents.model import Agent
from services.contracts.entrypoints.http.agents.bodies import AgentIn, AgentsQuery
from services.contracts.entrypoints.http.agents.views import AgentLine, AgentPage, AgentsImported, AgentView
from services.contracts.entrypoints.http.counter import Counter, counter
from shared.database.unit_of_work import UnitOfWork
from shared.http.once import Once, once
from shared.http.versions import if_match, set_etag
from shared.security.principal import Role

router = APIRouter(tags=["agents"])

Seen = Annotated[int, Depends(if_match)]
OnlyOnce = Annotated[Once, Depends(once)]
_CSV = {"requestBody": {"required": True, "content": {"text/csv": {"schema": {"type": "string"}}}}}


@router.get("/agents")
async def list_agents(
    asked: Annotated[AgentsQuery, Query()], here: Annotated[Counter, Depends(counter("list-agents"))]
) -> AgentPage:
    """Agents by name: all of each to the admin, to others what it takes to choose a référent."""
    everything = here.agent.role is Role.ADMIN
    async with here.reading() as stores:
        found = await stores.agents.page(asked.filter(everybody=everything), asked.after, asked.limit + 1)
    page = found[: asked.limit]
    following = page[-1].id if len(found) > asked.limit else None
    if everything:
        return AgentPage(agents=[AgentView.of(one) for one in page], next=following)
    return AgentPage(agents=[AgentLine.of(one) for one in page], next=following)


@router.post("/agents/import", openapi_extra=_CSV, response_model=AgentsImported)
async def import_agents(
    request: Request,
    only: OnlyOnce,
    here: Annotated[Counter, Depends(counter("import-agents"))],
    *,
    dry_run: bool = False,
) -> Response:
    """Takes in a list of agents in CSV, all of it at once; `dry_run` only says what that would do."""
    report = AgentsReport()
    lines = sorted_out(read_agents(io.BytesIO(await request.body()), here.tools.telephones), report)

    async def command(uow: UnitOfWork) -> tuple[AgentsImported, int]:
        desk = here.desk(uow)
        await take(uow, desk.stores, lines, report, by=here.agent.subject, dry_run=dry_run)
        return AgentsImported.of(report, dry_run=dry_run), 1

    return await only.run(command)


@router.get("/agents/{agent_id}")
async def read_agent(
    agent_id: str, response: Response, here: Annotated[Counter, Depends(counter("read-agent"))]
) -> AgentView:
    """One agent."""
    async with here.reading() as stores:
        found = await known(stores, agent_id)
    set_etag(response, found.version)
    return AgentView.of(found)


@router.put("/agents/{agent_id}")
async def keep_agent(
    agent_id: str,
    body: AgentIn,
    response: Response,
    seen: Seen,
    here: Annotated[Counter, Depends(counter("keep-agent"))],
) -> AgentView:
    """Writes an agent into the directory, which from then on decides where they work; `If-Match: "0"` for a new one."""
    async with here.acting() as desk:
        kept = await commands.keep(desk, agent_id, seen, body.profile(here.tools.telephones))
    set_etag(response, kept.version)
    return AgentView.of(kept)


@router.post("/agents/{agent_id}/deactivation", response_model=AgentView)
async def deactivate_agent(
    agent_id: str, only: OnlyOnce, here: Annotated[Counter, Depends(counter("deactivate-agent"))]
) -> Response:
    """Closes an account: from the next request on, whatever their token says."""
    return await _once(only, here, lambda desk: commands.activate(desk, agent_id, active=False))


@router.post("/agents/{agent_id}/reactivation", response_model=AgentView)
async def reactivate_agent(
    agent_id: str, only: OnlyOnce, here: Annotated[Counter, Depends(counter("reactivate-agent"))]
) -> Response:
    """Opens an account again."""
    return await _once(only, here, lambda desk: commands.activate(desk, agent_id, active=True))


async def _once(only: Once, here: Counter, act: Callable[[Desk], Awaitable[Agent]]) -> Response:
    async def command(uow: UnitOfWork) -> tuple[AgentView, int]:
        changed = await act(here.desk(uow))
        return AgentView.of(changed), changed.version

    return await only.run(command)

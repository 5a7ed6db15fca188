"""What an endpoint takes of a request: who asks, and what studies are seen through."""

from fastapi import Request
from sqlalchemy.ext.asyncio import AsyncSession

from services.validation.adapters.lists import SqlLists
from services.validation.adapters.routing import SqlRuleBooks
from services.validation.application.queries import Lens
from services.validation.application.queries.routing import advice
from services.validation.domain.ageing import Ageing
from shared.events.blocks import AgentCard
from shared.security.principal import Principal


def card_of(agent: Principal) -> AgentCard:
    """The agent as decisions and the history name them."""
    return AgentCard(agent_id=agent.subject, full_name=agent.full_name, mail=agent.mail, quality=agent.quality)


def ageing_of(request: Request) -> Ageing:
    """What is late now."""
    return Ageing(request.app.state.thresholds, request.app.state.clock.now())


async def lens_of(request: Request, session: AsyncSession) -> Lens:
    """What is late now, what is proposed today, and the keys that open names."""
    ageing = ageing_of(request)
    proposed = await advice(SqlRuleBooks(session), SqlLists(session), ageing.at)
    return Lens(request.app.state.keys, ageing, proposed)

"""The directory as it is read."""

from services.contracts.application.commands.agents import known
from services.contracts.application.ports import Stores
from services.contracts.domain.agents.replacement import Replacement
from services.contracts.domain.rights import check_agent
from shared.security.principal import Principal


async def replacements(stores: Stores, agent: Principal, absent_id: str) -> list[Replacement]:
    """Who stood, stands or will stand in for an agent. Raises AgentUnknown, Forbidden."""
    check_agent(agent, "list-replacements", await known(stores, absent_id))
    return await stores.agents.replacements(absent_id)

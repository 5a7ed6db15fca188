"""An agent's first login, and what their token says anew."""

from services.contracts.application.ports import Stores
from services.contracts.domain.agents.model import Agent
from shared.database.unit_of_work import UnitOfWork
from shared.kernel.errors import Forbidden
from shared.security.principal import Principal


async def is_known(stores: Stores, principal: Principal) -> bool:
    """Whether the agent is kept as their token describes them. Raises Forbidden when they were deactivated."""
    agent = await stores.agents.find(principal.subject)
    if agent is not None and not agent.active:
        raise Forbidden("Votre compte est désactivé : adressez-vous au service informatique.")
    return agent is not None and not agent.differs_from(principal)


async def register(uow: UnitOfWork, stores: Stores, principal: Principal) -> None:
    """Keeps the agent as their token describes them, and tells it. Raises RaceLost when another request did."""
    agent = await stores.agents.find(principal.subject)
    if agent is None:
        agent = Agent.of(principal)
    elif agent.differs_from(principal):
        agent.claim(principal)
    else:
        return
    uow.emit(agent.told())
    await stores.agents.save(agent)

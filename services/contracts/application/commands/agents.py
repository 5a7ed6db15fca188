"""Agents: a first login, what the directory says of them, whether they may come in, who stands in for whom."""

from datetime import date
from uuid import UUID

from services.contracts.application.commands.loading import Desk, refuse_stale
from services.contracts.application.ports import Stores
from services.contracts.domain.agents.model import Agent, Profile
from services.contracts.domain.agents.replacement import Replacement
from services.contracts.domain.agents.rules import AgentUnknown, OwnAccount, ReplacementOverlaps
from services.contracts.domain.rights import check_agent
from shared.database.unit_of_work import UnitOfWork
from shared.kernel.clock import legal_date
from shared.kernel.errors import FieldProblem
from shared.kernel.ids import new_id
from shared.security.principal import AgentDeactivated, Principal


async def at_work(stores: Stores, principal: Principal, today: date) -> tuple[Principal, bool]:
    """Who asks, as the directory completes their token; and whether it knows all that the token says.

    Raises AgentDeactivated.
    """
    found = await stores.agents.at_work(principal.subject, today)
    if found is None:
        return principal, False
    agent, stands_in_for = found
    if not agent.active:
        raise AgentDeactivated("Votre compte est désactivé : adressez-vous au service informatique.")
    return agent.at_work(principal, stands_in_for), not agent.differs_from(principal)


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


async def keep(desk: Desk, agent_id: str, seen: int, profile: Profile) -> Agent:
    """Writes an agent into the directory; `seen` is 0 for one who is not there. Raises RaceLost."""
    agent = await desk.stores.agents.find(agent_id) or Agent(agent_id, profile)
    refuse_stale(seen, agent.version)
    if agent.keep(profile):
        desk.uow.emit(agent.told())
        await desk.stores.agents.save(agent)
    return agent


async def activate(desk: Desk, agent_id: str, *, active: bool) -> Agent:
    """Lets an agent in, or out from the next request on. Raises AgentUnknown, OwnAccount."""
    agent = await known(desk.stores, agent_id)
    if agent_id == desk.agent.subject:
        raise OwnAccount("Vous ne pouvez pas désactiver votre propre compte : demandez-le à un autre administrateur.")
    if agent.activate(active=active):
        desk.uow.emit(agent.told())
        await desk.stores.agents.save(agent)
    return agent


async def replace_agent(desk: Desk, absent_id: str, substitute_id: str, first_day: date, last_day: date) -> Replacement:
    """Has a colleague stand in for a référent.

    Raises AgentUnknown, Forbidden, ReplacementRefused, ReplacementOverlaps.
    """
    absent = await known(desk.stores, absent_id)
    check_agent(desk.agent, "make-replacement", absent)
    others = await desk.stores.agents.replacements(absent_id, locked=True)
    now = desk.clock.now()
    made = Replacement.make(
        new_id(),
        absent,
        await desk.stores.agents.find(substitute_id),
        (first_day, last_day),
        by=desk.agent.subject,
        today=legal_date(now),
    )
    if any(one.substitute_id == substitute_id and one.overlaps(first_day, last_day) for one in others):
        raise ReplacementOverlaps(
            "Ce collègue remplace déjà ce référent sur une partie de ces dates : mettez d'abord fin à ce remplacement.",
            [FieldProblem("first_day", "overlap", "Ces dates en recouvrent d'autres.")],
        )
    desk.uow.emit(made.told())
    await desk.stores.agents.add_replacement(made, now)
    return made


async def end_replacement(desk: Desk, replacement_id: UUID, seen: int) -> Replacement:
    """Ends a replacement at once. Raises NotFound, Forbidden, RaceLost."""
    replacement = await desk.stores.agents.replacement(replacement_id)
    check_agent(desk.agent, "end-replacement", await known(desk.stores, replacement.absent_id))
    refuse_stale(seen, replacement.version)
    if replacement.revoke(desk.agent.subject):
        desk.uow.emit(replacement.told())
        await desk.stores.agents.save_replacement(replacement)
    return replacement


async def known(stores: Stores, agent_id: str) -> Agent:
    """The agent. Raises AgentUnknown."""
    agent = await stores.agents.find(agent_id)
    if agent is None:
        raise AgentUnknown("Cet agent n'est pas dans l'annuaire : vérifiez son identifiant.")
    return agent

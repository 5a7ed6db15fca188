"""Follows the directory of agents that contracts keeps, and turns away those whose account it closed."""

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from shared.accounts.tables import agent_account
from shared.database.engine import Database
from shared.database.unit_of_work import UnitOfWork
from shared.events.contracts import AgentChanged
from shared.events.topics import REFERENCE
from shared.messaging.consumer import Consumer
from shared.messaging.reactions import on
from shared.security.principal import AgentDeactivated, Principal


def following(service: str, database: Database) -> Consumer:
    """The consumer of a service that follows accounts; agents do not wait for one another."""
    return Consumer(f"{service}.agents", [REFERENCE], [on(AgentChanged, agent_changed, ordered=False)], database)


async def agent_changed(event: AgentChanged, uow: UnitOfWork) -> None:
    """Keeps whether the account is open; what an older event said is left."""
    told = insert(agent_account).values(agent_id=event.agent_id, version=event.aggregate_version, active=event.active)
    await uow.session.execute(
        told.on_conflict_do_update(
            index_elements=["agent_id"],
            set_={"version": told.excluded.version, "active": told.excluded.active},
            where=agent_account.c.version < told.excluded.version,
        )
    )


class Accounts:
    """What the database of a service knows of accounts. An agent of whom nothing was told has an open one."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def refuse_closed(self, agent: Principal) -> None:
        """Asked on every request. Raises AgentDeactivated."""
        closed = select(agent_account.c.agent_id).where(
            agent_account.c.agent_id == agent.subject, agent_account.c.active.is_(False)
        )
        async with self._database.read() as session:
            if await session.scalar(closed) is not None:
                raise AgentDeactivated("Votre compte est désactivé : adressez-vous au service informatique.")

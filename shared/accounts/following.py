"""Follows the directory of agents that contracts keeps: closed accounts, territories, replacements.

Every request asks it, so what an event said holds from the first request after it.
"""

from sqlalchemy import ARRAY, Text, and_, func, or_, select
from sqlalchemy.dialects.postgresql import insert

from shared.accounts.tables import agent_account, agent_replacement
from shared.database.engine import Database
from shared.database.newest import keep_newest
from shared.database.unit_of_work import UnitOfWork
from shared.events.contracts import AgentChanged
from shared.events.replacements import ReplacementChanged
from shared.events.topics import REFERENCE
from shared.kernel.clock import Clock, SystemClock, legal_date
from shared.messaging.consumer import Consumer
from shared.messaging.reactions import on
from shared.security.principal import AgentDeactivated, Principal


def following(service: str, database: Database) -> Consumer:
    """The consumer of a service that follows agents; they do not wait for one another."""
    bound = [
        on(AgentChanged, agent_changed, ordered=False),
        on(ReplacementChanged, replacement_changed, ordered=False),
    ]
    return Consumer(f"{service}.agents", [REFERENCE], bound, database)


async def agent_changed(event: AgentChanged, uow: UnitOfWork) -> None:
    """Keeps the account and the territories; what an older event said is left.

    The same version again fills in the territories of an agent who was told before these were kept here.
    """
    told = insert(agent_account).values(
        agent_id=event.agent_id, version=event.aggregate_version, active=event.active, territories=_territories(event)
    )
    fills = and_(agent_account.c.version == told.excluded.version, agent_account.c.territories.is_(None))
    await uow.session.execute(
        told.on_conflict_do_update(
            index_elements=["agent_id"],
            set_={name: told.excluded[name] for name in ("version", "active", "territories")},
            where=or_(agent_account.c.version < told.excluded.version, fills),
        )
    )


def _territories(event: AgentChanged) -> list[str] | None:
    """None for an agent whom the admin does not keep. Events made before there could be several name only one."""
    if not event.managed:
        return None
    return list(event.territories or ([event.territory] if event.territory is not None else []))


async def replacement_changed(event: ReplacementChanged, uow: UnitOfWork) -> None:
    """Keeps who stands in for whom, and when; what an older event said is left."""
    row = event.model_dump(include={"absent_id", "substitute_id", "first_day", "last_day", "ended"})
    row |= {"id": event.replacement_id, "version": event.aggregate_version}
    await keep_newest(uow.session, agent_replacement, row)


class Accounts:
    """What the database of a service knows of agents. Of whom nothing was told, their token is believed."""

    def __init__(self, database: Database, clock: Clock | None = None) -> None:
        self._database = database
        self._clock = clock or SystemClock()

    async def at_work(self, agent: Principal) -> Principal:
        """Who asks, as the directory completes their token. Asked on every request. Raises AgentDeactivated."""
        day = legal_date(self._clock.now())
        absent = select(agent_replacement.c.absent_id).where(
            agent_replacement.c.substitute_id == agent.subject,
            ~agent_replacement.c.ended,
            agent_replacement.c.first_day <= day,
            agent_replacement.c.last_day >= day,
        )
        account = select(agent_account).where(agent_account.c.agent_id == agent.subject)
        query = select(
            account.with_only_columns(agent_account.c.active).scalar_subquery(),
            account.with_only_columns(agent_account.c.territories).scalar_subquery(),
            func.array(absent.scalar_subquery(), type_=ARRAY(Text)),
        )
        async with self._database.read() as session:
            active, territories, stands_in_for = (await session.execute(query)).one()
        if active is False:
            raise AgentDeactivated("Votre compte est désactivé : adressez-vous au service informatique.")
        return agent.at_work(territories, frozenset(stands_in_for))

"""Where a request meets the service: who asks, by what right, with which stores and clock, under which audit."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from fastapi import Depends, Request

from services.contracts.application.commands.agents import at_work, register
from services.contracts.application.commands.loading import Desk
from services.contracts.application.commands.signing import Patience
from services.contracts.application.ports import Nirs, Stores, StoresOf, Telephones
from services.contracts.application.ports.files import Reception, Vault
from services.contracts.domain.rights import RIGHTS
from shared.audit.slip import Slip, begun, enter_with
from shared.audit.trail import Trail
from shared.database.engine import Database
from shared.database.unit_of_work import UnitOfWork
from shared.http.rights import allowed
from shared.kernel.clock import Clock, legal_date
from shared.kernel.errors import RaceLost
from shared.security.principal import Principal


@dataclass(frozen=True)
class ImportLimits:
    """How large a file may be over HTTP, and how long it stays."""

    max_mib: int
    keep_days: int


@dataclass(frozen=True)
class Tools:
    """What the composition root gives to every request."""

    stores_of: StoresOf
    telephones: Telephones
    clock: Clock
    patience: Patience
    reception: Reception
    vault: Vault
    imports: ImportLimits
    weekly_hours: bool = False
    nirs: Nirs | None = None


@dataclass(frozen=True)
class Counter:
    """One agent's request. What it loads, and what it says that it shows, stands in the audit before the answer."""

    agent: Principal
    database: Database
    tools: Tools
    slip: Slip
    trail: Trail

    @property
    def now(self) -> datetime:
        """The instant of the request (UTC)."""
        return self.tools.clock.now()

    @property
    def today(self) -> date:
        """The legal date of the request."""
        return legal_date(self.tools.clock.now())

    def desk(self, uow: UnitOfWork) -> Desk:
        """To act in this transaction, which also holds the entry of the audit."""
        enter_with(uow)
        return Desk(uow, self.tools.stores_of(uow.session), self.agent, self.tools.clock, self.tools.weekly_hours)

    @asynccontextmanager
    async def acting(self) -> AsyncIterator[Desk]:
        """A transaction of its own."""
        async with self.database.begin() as uow:
            yield self.desk(uow)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Stores]:
        """Stores to read from."""
        async with self.database.read() as session:
            yield self.tools.stores_of(session)

    async def disclose(self) -> None:
        """Commits the entry of what is about to be sent: for an answer in parts, before each part."""
        await self.slip.disclose(self.trail)


def counter(operation: str) -> Callable[..., Awaitable[Counter]]:
    """The dependency of every endpoint: names its line of the table of rights. Raises AgentDeactivated, Forbidden."""

    async def meet(request: Request, agent: Annotated[Principal, Depends(allowed(RIGHTS, operation))]) -> Counter:
        database, tools = request.app.state.database, request.app.state.tools
        slip, trail = begun()
        trail.who = found = await _at_work(database, tools, agent)
        return Counter(found, database, tools, slip, trail)

    return meet


async def _at_work(database: Database, tools: Tools, agent: Principal) -> Principal:
    """Who asks, as the directory completes their token, and kept there. Raises AgentDeactivated: on every request."""
    async with database.read() as session:
        found, known = await at_work(tools.stores_of(session), agent, legal_date(tools.clock.now()))
    if not known:
        with suppress(RaceLost):  # another request of theirs did it
            async with database.begin() as uow:
                await register(uow, tools.stores_of(uow.session), agent)
    return found

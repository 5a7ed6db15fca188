"""Where a request meets the service: who asks, by what right, with which stores and clock."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from services.contracts.application.commands.agents import is_known, register
from services.contracts.application.commands.loading import Desk
from services.contracts.application.commands.signing import Patience
from services.contracts.application.ports import Stores, StoresOf, Telephones
from services.contracts.domain.rights import RIGHTS
from shared.database.engine import Database
from shared.database.unit_of_work import UnitOfWork
from shared.http.rights import allowed
from shared.kernel.clock import Clock
from shared.kernel.errors import RaceLost
from shared.security.principal import Principal


@dataclass(frozen=True)
class Tools:
    """What the composition root gives to every request."""

    stores_of: StoresOf
    telephones: Telephones
    clock: Clock
    patience: Patience


@dataclass(frozen=True)
class Counter:
    """One agent's request."""

    agent: Principal
    database: Database
    tools: Tools

    def desk(self, uow: UnitOfWork) -> Desk:
        """To act in this transaction."""
        return Desk(uow, self.tools.stores_of(uow.session), self.agent, self.tools.clock)

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

    async def make_known(self) -> None:
        """Keeps the agent as their token describes them. Raises Forbidden when they were deactivated."""
        async with self.reading() as stores:
            if await is_known(stores, self.agent):
                return
        try:
            async with self.acting() as desk:
                await register(desk.uow, desk.stores, self.agent)
        except RaceLost:
            return


def counter(operation: str) -> Callable[..., Awaitable[Counter]]:
    """The dependency of every endpoint: names its line of the table of rights. Raises Forbidden."""

    async def meet(request: Request, agent: Annotated[Principal, Depends(allowed(RIGHTS, operation))]) -> Counter:
        state = request.app.state
        here = Counter(agent, state.database, state.tools)
        await here.make_known()
        return here

    return meet

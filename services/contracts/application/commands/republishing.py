"""Tells again what contracts has: for a service that starts, or was restored from a backup.

It goes through the outbox, like all that contracts tells: in order for a key, sealed, and gone with a person who is
erased meanwhile. It waits while the relay has too much to publish, and takes up again where it was interrupted.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from services.contracts.application.ports import Stores, StoresOf
from services.contracts.application.queries.reference import told_now
from services.contracts.domain.snapshots import model
from shared.database.engine import Database
from shared.events.envelope import Event
from shared.kernel.clock import Clock

BATCH = 200
# Rows that wait to be published: beyond this a republish would make a signature wait.
MOST_PENDING = 2_000
PAUSE_SECONDS = 0.2

# The erased first: what follows then says nothing of them. The lists before what names their codes.
WHAT: tuple[str, ...] = ("erasures", "lists", "agents", "dossiers", "cers")

Batch = Sequence[tuple[str, Event]]


async def _erasures(stores: Stores, after: str | None) -> Batch:
    """Each telling is the next version, and asks for an answer anew."""
    page = await stores.erasures.page(int(after or 0), BATCH, unanswered=False)
    return [(str(one.number), one.told()) for one in await stores.erasures.retold([one.number for one in page])]


async def _lists(stores: Stores, after: str | None) -> Batch:
    """Lists, texts and territories: some hundred events, told at once."""
    return [] if after is not None else [("all", one) for one in await told_now(stores)]


async def _agents(stores: Stores, after: str | None) -> Batch:
    """Each with the replacements in which they stand in: ended ones too, which may run in a restored backup."""
    agents = await stores.snapshots.agents(after, BATCH)
    replacements = await stores.snapshots.replacements_by([one.id for one in agents])
    return [
        (agent.id, event)
        for agent in agents
        for event in (agent.known(), *(one.known() for one in replacements if one.substitute_id == agent.id))
    ]


async def _dossiers(stores: Stores, after: str | None) -> Batch:
    return [(str(one.id), model.of_dossier(one)) for one in await stores.snapshots.dossiers(after, BATCH)]


async def _cers(stores: Stores, after: str | None) -> Batch:
    return [(str(one.cer.id), model.of_cer(one)) for one in await stores.snapshots.cers(after, BATCH)]


SOURCES: dict[str, Callable[[Stores, str | None], Awaitable[Batch]]] = {
    "erasures": _erasures,
    "lists": _lists,
    "agents": _agents,
    "dossiers": _dossiers,
    "cers": _cers,
}


@dataclass(frozen=True)
class Republisher:
    """`tell` one thing of `WHAT`; `progress` is called after each batch."""

    database: Database
    stores_of: StoresOf
    clock: Clock
    progress: Callable[[str, int], None] = lambda _, __: None
    most_pending: int = MOST_PENDING

    async def tell(self, what: str, *, anew: bool = False) -> int:
        """Tells all of it, and says how many; `anew` begins again where an interrupted one would go on."""
        async with self.database.begin() as uow:
            after = await self.stores_of(uow.session).snapshots.begun(what, self.clock.now(), anew=anew)
        while True:
            await self._room()
            async with self.database.begin() as uow:
                stores = self.stores_of(uow.session)
                batch = await SOURCES[what](stores, after)
                if not batch:
                    return await stores.snapshots.finished(what, self.clock.now())
                uow.emit(*await stores.snapshots.fresh([event for _, event in batch]))
                after = batch[-1][0]
                await stores.snapshots.came(what, after, len(batch))
            self.progress(what, len(batch))

    async def _room(self) -> None:
        """Waits while the relay has enough to do."""
        while True:
            async with self.database.read() as session:
                if await self.stores_of(session).snapshots.pending() < self.most_pending:
                    return
            await asyncio.sleep(PAUSE_SECONDS)

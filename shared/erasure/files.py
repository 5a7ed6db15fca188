"""Deletes a person's files, and answers once they are gone: a work row, tried until it succeeds.

A second pass comes later: who was making a file when the person was erased finds its work row gone, but may have stored
the file already.
"""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlalchemy.ext.asyncio import AsyncSession

from shared.database.engine import Database
from shared.database.unit_of_work import UnitOfWork
from shared.erasure.holdings import Files
from shared.erasure.rows import ERASE_FILES
from shared.kernel.ids import derived_id
from shared.messaging import work
from shared.messaging.work import Done, Job, Outcome, RetryLater
from shared.messaging.worker import Worker
from shared.objects.errors import ObjectsAway
from shared.objects.store import Objects, name_in

# Longer than any lease: whoever held one has stored what they made, or died.
SECOND_PASS = timedelta(minutes=30)
LONGEST_PAUSE = 600.0


class Order(BaseModel):
    """The files to delete, and what to answer then: ids and counts only."""

    model_config = ConfigDict(frozen=True)

    dossier_id: UUID
    number: int
    version: int
    rows: int
    folders: tuple[str, ...] = ()
    uris: tuple[str, ...] = ()
    second_pass: bool = False


Answer = Callable[[UnitOfWork, Order, int], Awaitable[None]]


async def order_files(session: AsyncSession, order: Order, delay: timedelta = timedelta()) -> None:
    """Adds the work row, in the transaction that deletes the rows."""
    name = derived_id(ERASE_FILES, order.dossier_id, order.version, order.second_pass)
    await work.enqueue(session, ERASE_FILES, name, order.model_dump(mode="json"), delay)


def ordered(order: Order, files: Files) -> Order:
    """The same order, for these files."""
    return order.model_copy(update={"folders": files.folders, "uris": files.uris})


class FileEraser:
    """Handles the work rows of kind `erase-files`; `answer` tells that the files are gone, with how many there were."""

    def __init__(self, objects: Objects, answer: Answer) -> None:
        self._objects = objects
        self._answer = answer

    async def handle(self, job: Job) -> Outcome:
        """Deletes what is there. A store that is away is tried again for as long as it takes."""
        order = Order.model_validate(job.payload)
        try:
            names = [name_in(uri) for uri in order.uris] + await self._in_folders(order)
            for name in names:
                await self._objects.delete(name)
        except ObjectsAway as away:
            return RetryLater(timedelta(seconds=min(2.0**job.attempts, LONGEST_PAUSE)), away.code)

        async def record(uow: UnitOfWork) -> None:
            if order.second_pass:
                return
            await order_files(uow.session, order.model_copy(update={"second_pass": True}), SECOND_PASS)
            await self._answer(uow, order, len(names))

        return Done(record)

    async def _in_folders(self, order: Order) -> list[str]:
        return [one.name for folder in order.folders async for some in self._objects.listed(folder) for one in some]

    def worker(self, database: Database, **changes: Any) -> Worker:
        """The worker that does it."""
        return Worker(database, ERASE_FILES, self.handle, concurrency=1, poll_seconds=2.0, **changes)

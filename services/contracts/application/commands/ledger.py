"""Writes the audit: what is seen leaves its entry before it is answered, what is done in the same transaction.

A write only enters its record there, so that commits do not wait for one another; the ledger chains it right after.
"""

import asyncio

from services.contracts.application.ports import StoresOf
from services.contracts.domain.audit.entry import Record
from shared.database.engine import Database

# As many entries go into one transaction: the commit, which costs most, is shared by all who wait.
TOGETHER = 500


class Ledger:
    """Appends the records of one process, many at once; `append` returns when the record is committed.

    One writer at a time, so that the chain's lock is asked for once for all who wait; it has a connection of its own,
    so that a pool that is used up by readers never keeps them from their entry.
    """

    def __init__(self, database: Database, stores_of: StoresOf) -> None:
        self._database = database
        self._stores_of = stores_of
        self._waiting: list[tuple[Record | None, asyncio.Future[None]]] = []
        self._writer: asyncio.Task[None] | None = None

    async def append(self, record: Record | None = None) -> None:
        """Chains what writes entered, and the record. Raises what the database raises: then it may not be answered."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((record, done))
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write(), name="audit")
        await done

    async def close(self) -> None:
        """Waits for what is being written, then lets the connection go."""
        if self._writer is not None:
            await self._writer
        await self._database.close()

    async def _write(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:TOGETHER], self._waiting[TOGETHER:]
            try:
                async with self._database.begin() as uow:
                    await self._stores_of(uow.session).audit.append([record for record, _ in batch if record])
            except Exception as error:  # noqa: BLE001 - handed to each who waits
                _end(batch, error)
            else:
                _end(batch, None)


def _end(batch: list[tuple[Record | None, "asyncio.Future[None]"]], error: Exception | None) -> None:
    for _, done in batch:
        if done.done():  # who waited has left
            continue
        if error is None:
            done.set_result(None)
        else:
            done.set_exception(error)

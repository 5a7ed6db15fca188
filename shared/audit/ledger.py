"""Writes the audit: what is seen leaves its entry before it is answered, what is done in the same transaction.

A write only enters its record there, so that commits do not wait for one another; the ledger chains it right after.
"""

import asyncio
from collections.abc import Sequence

from shared.audit.chain import Chain
from shared.audit.entry import Record
from shared.database.engine import Database
from shared.database.grouped import Grouped

# As many entries go into one transaction: the commit, which costs most, is shared by all who wait.
TOGETHER = 500


class Ledger:
    """Appends the records of one process, many at once; `append` returns when the record is committed.

    One writer at a time, so that the chain's lock is asked for once for all who wait; it has a connection of its own,
    so that a pool that is used up by readers never keeps them from their entry.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._appending: Grouped[Record | None, None] = Grouped(self._append, TOGETHER)

    async def append(self, record: Record | None = None) -> None:
        """Chains what writes entered, and the record. Raises what the database raises: then it may not be answered."""
        # One who asked and left is on record too.
        await asyncio.shield(self._appending(record))

    async def close(self) -> None:
        """Waits for what is being written, then lets the connection go."""
        await self._appending.settled()
        await self._database.close()

    async def _append(self, records: Sequence[Record | None]) -> list[None]:
        async with self._database.begin() as uow:
            await Chain(uow.session).append([record for record in records if record])
        return [None] * len(records)

"""Reads messages that are about to leave, all those that are asked for at the same time in one query."""

from collections.abc import Sequence
from uuid import UUID

from services.notifications.adapters.repository.messages import COLUMNS, message_of_row, missing
from services.notifications.domain.model import Message
from shared.database.engine import Database
from shared.database.grouped import Grouped
from shared.kernel.errors import NotFound

_THESE = f"SELECT {COLUMNS} FROM message WHERE id = ANY ($1::uuid[])"  # noqa: S608 - of ours


class SqlOutgoing:
    """Implements the port `Outgoing`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._reading: Grouped[UUID, Message] = Grouped(self._read)

    async def message(self, message_id: UUID) -> Message:
        """The message as it stands now. Raises NotFound."""
        return await self._reading(message_id)

    async def _read(self, message_ids: Sequence[UUID]) -> list[Message | NotFound]:
        rows = await self._database.fetch(_THESE, list(message_ids))
        found = {row["id"]: message_of_row(row) for row in rows}
        return [found.get(message_id) or missing() for message_id in message_ids]

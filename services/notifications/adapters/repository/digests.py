"""Loads and saves digests. The row's lock is what keeps a message from joining a digest that is leaving."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import RowMapping, func, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.adapters.tables import digest as table
from services.notifications.domain.digest import Digest
from shared.events.sealed import Sealed


class SqlDigests:
    """Implements the port `Digests` on a session."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def joined(self, digest: Digest) -> Digest | None:
        """The digest, made if need be, locked; none when it is closed. The latest card of the agent is kept."""
        card = digest.referent.token if digest.referent else None
        new = insert(table).values(
            id=digest.id,
            template=digest.template,
            recipient=digest.recipient,
            territory=digest.territory,
            referent=card,
            due_at=digest.due_at,
        )
        statement = new.on_conflict_do_update(
            index_elements=[table.c.id], set_={"referent": new.excluded.referent}, where=table.c.closed_at.is_(None)
        ).returning(table.c.id)
        return digest if (await self._session.execute(statement)).first() is not None else None

    async def close(self, digest_id: UUID, at: datetime) -> Digest | None:
        """Closes it; told again, it stays closed as it was."""
        statement = (
            update(table)
            .where(table.c.id == digest_id)
            .values(closed_at=func.coalesce(table.c.closed_at, at))
            .returning(table)
        )
        row = (await self._session.execute(statement)).mappings().first()
        return _digest(row) if row is not None else None


def _digest(row: RowMapping) -> Digest:
    return Digest(
        id=row["id"],
        template=row["template"],
        recipient=row["recipient"],
        territory=row["territory"],
        referent=Sealed(token=row["referent"]) if row["referent"] else None,
        due_at=row["due_at"],
    )

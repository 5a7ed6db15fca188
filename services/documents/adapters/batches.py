"""Print batches in PostgreSQL."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, delete, func, insert, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.documents.adapters.tables import print_batch, print_item, print_part
from services.documents.application.ports import BatchPlace, BatchRow
from services.documents.domain.printing import Batch, BatchState, Item
from shared.audit.witness import named
from shared.events.files import FileRef
from shared.kernel.errors import NotFound


class SqlBatches:
    """The print batches of one transaction. Implements `Batches`."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, batch: Batch, dossiers: Mapping[UUID, UUID]) -> None:
        """Stores a new one; `dossiers` says of whom each edition is."""
        values = {name: getattr(batch, name) for name in (*_ORDERED, "parts")}
        await self._session.execute(insert(print_batch).values(**values, state=batch.state.value))
        await self._session.execute(
            insert(print_item),
            [
                {"batch_id": batch.id, "edition_id": item.edition_id, "dossier_id": dossiers[item.edition_id]}
                for item in batch.items
            ],
        )

    async def get(self, batch_id: UUID) -> Batch:
        """Raises NotFound."""
        found = await self._session.execute(select(print_batch).where(print_batch.c.id == batch_id))
        row = found.mappings().one_or_none()
        if row is None:
            raise NotFound("Cette impression n'existe pas, ou n'est plus conservée : préparez-la de nouveau.")
        items = await self._session.execute(
            select(print_item).where(print_item.c.batch_id == batch_id).order_by(print_item.c.place)
        )
        lines = items.mappings().all()
        for one in lines:
            if one["failure"] is not None:  # the batch says of which edition
                named(one["dossier_id"])
        done = await self._session.scalar(self._count_parts(batch_id))
        return Batch(
            **{name: row[name] for name in (*_ORDERED, "parts", "pages")},
            state=BatchState(row["state"]),
            parts_done=done or 0,
            items=tuple(Item(one["edition_id"], one["place"], one["part"], one["failure"]) for one in lines),
            document=_ref(row) if row["uri"] else None,
        )

    async def page(
        self, agent: str, states: Collection[BatchState], before: BatchPlace | None, limit: int
    ) -> list[BatchRow]:
        """Those of an agent, newest first; nothing is read of what their items and parts hold."""
        newest = (print_batch.c.made_at, print_batch.c.id)
        query = select(*_LISTED, *_COUNTED).where(print_batch.c.agent == agent)
        if states:
            query = query.where(print_batch.c.state.in_(sorted(state.value for state in states)))
        if before is not None:
            query = query.where(tuple_(*newest) < before)
        rows = await self._session.execute(query.order_by(*(column.desc() for column in newest)).limit(limit))
        return [BatchRow(**row) for row in rows.mappings()]

    async def plan(self, batch_id: UUID, items: Sequence[Item], parts: int) -> None:
        """Writes where each goes."""
        await self._session.execute(update(print_batch).where(print_batch.c.id == batch_id).values(parts=parts))
        chosen = (print_item.c.batch_id == batch_id, print_item.c.edition_id == bindparam("of"))
        statement = update(print_item).where(*chosen).values({name: bindparam(f"new_{name}") for name in _PLACED})
        rows = [{"of": item.edition_id, **{f"new_{name}": getattr(item, name) for name in _PLACED}} for item in items]
        # One statement for thousands of rows, by the driver: the session would send them one by one.
        await (await self._session.connection()).execute(statement, rows)

    async def part_done(self, batch_id: UUID, number: int, part: FileRef | None, lost: Mapping[UUID, str]) -> bool:
        """Writes a part, and what is not in it; True when it was the last of them."""
        # One at a time: whoever comes last sees all the others.
        locked = select(print_batch.c.parts).where(print_batch.c.id == batch_id).with_for_update()
        parts = await self._session.scalar(locked)
        if parts is None:  # the batch was erased with a person of it
            return False
        for edition_id, failure in lost.items():
            chosen = (print_item.c.batch_id == batch_id, print_item.c.edition_id == edition_id)
            await self._session.execute(update(print_item).where(*chosen).values(failure=failure))
        stored = {"uri": part.uri, "sha256": part.sha256, "size": part.size} if part else _NOTHING
        await self._session.execute(insert(print_part).values(batch_id=batch_id, number=number, **stored))
        return bool(await self._session.scalar(self._count_parts(batch_id)) == parts)

    async def parts(self, batch_id: UUID) -> list[FileRef]:
        """The parts that hold something, in order."""
        query = select(print_part).where(print_part.c.batch_id == batch_id, print_part.c.size > 0)
        return [_ref(row) for row in (await self._session.execute(query.order_by(print_part.c.number))).mappings()]

    async def end(self, batch_id: UUID, document: FileRef | None, pages: int | None) -> None:
        """Ready with its PDF, or failed without one."""
        values: dict[str, Any] = {"state": BatchState.ECHOUE.value}
        if document is not None:
            values = {"state": BatchState.PRET.value, "pages": pages, **document.model_dump()}
        await self._session.execute(update(print_batch).where(print_batch.c.id == batch_id).values(**values))

    async def forget(self, batch_id: UUID) -> None:
        """Deletes it."""
        await self._session.execute(delete(print_batch).where(print_batch.c.id == batch_id))

    def _count_parts(self, batch_id: UUID) -> Any:
        return select(func.count()).select_from(print_part).where(print_part.c.batch_id == batch_id)


_ORDERED = ("id", "agent", "title", "recto_verso", "made_at")
_LISTED = [print_batch.c[name] for name in ("id", "title", "recto_verso", "made_at", "state", "pages", "size", "parts")]
_OF_BATCH = print_item.c.batch_id == print_batch.c.id
_COUNTED = [
    select(func.count()).where(_OF_BATCH).scalar_subquery().label("editions"),
    select(func.count()).where(_OF_BATCH, print_item.c.failure.is_not(None)).scalar_subquery().label("lost"),
    select(func.count()).where(print_part.c.batch_id == print_batch.c.id).scalar_subquery().label("parts_done"),
]
_PLACED = ("place", "part", "failure")
# A part of which every letter was lost: it is done, and there is no file.
_NOTHING = {"uri": "", "sha256": "", "size": 0}


def _ref(row: Mapping[Any, Any]) -> FileRef:
    return FileRef(uri=row["uri"], sha256=row["sha256"], size=row["size"])

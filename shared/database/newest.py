"""Keeps what was told last of something, whatever the order in which it is heard."""

from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession


async def keep_newest(session: AsyncSession, table: Table, row: dict[str, Any]) -> bool:
    """Stores the row, in place of the one of its primary key that has an older `version`.

    False when what is there is as new: then nothing changes.
    """
    key = [column.name for column in table.primary_key]
    told = insert(table).values(**row)
    kept = told.on_conflict_do_update(
        index_elements=key,
        set_={name: told.excluded[name] for name in row if name not in key},
        where=table.c.version < told.excluded.version,
    )
    return (await session.execute(kept.returning(*table.primary_key))).first() is not None

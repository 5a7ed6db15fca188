"""Optimistic writes: an update that finds another version than the one loaded was overtaken."""

from typing import Any

from sqlalchemy import Table, update
from sqlalchemy.ext.asyncio import AsyncSession

from shared.kernel.errors import RaceLost


async def update_version(session: AsyncSession, table: Table, row: dict[str, Any], version: int) -> None:
    """Writes the row as the next version. Raises RaceLost when `version` is no longer the stored one."""
    statement = (
        update(table)
        .where(table.c.id == row["id"], table.c.version == version)
        .values(**row, version=version + 1)
        .returning(table.c.id)
    )
    if (await session.execute(statement)).first() is None:
        raise RaceLost("Quelqu'un l'a modifié entre-temps : rechargez, puis reprenez votre saisie.")

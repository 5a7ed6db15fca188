"""What agents corrected in dossiers, read from their history."""

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.contracts.adapters.tables import dossier_history as table
from services.contracts.domain.dossiers.corrections import PERSON_FIELDS, corrected
from services.contracts.domain.dossiers.history import Change
from services.contracts.domain.dossiers.model import Dossier
from services.contracts.domain.moves import Act


async def recall(session: AsyncSession, dossiers: Sequence[Dossier]) -> None:
    """Fills in what agents corrected in each of them."""
    query = select(table).where(table.c.dossier_id.in_([one.id for one in dossiers]), table.c.field.in_(PERSON_FIELDS))
    changes: dict[UUID, list[Change]] = defaultdict(list)
    for row in (await session.execute(query.order_by(table.c.id))).mappings():
        act = Act(row["actor"], row["at"])
        changes[row["dossier_id"]].append(Change(row["field"], row["before"], row["after"], act))
    for one in dossiers:
        one.corrected = corrected(changes[one.id])

"""Who wrote in a CER: what the separation of duties goes by, whoever its référent is by then."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.contracts.adapters.tables import cer_history
from services.contracts.domain.cers.states import Verb

_WROTE = ("create", Verb.REVISE.value)


async def authors_of(session: AsyncSession, cer_ids: Sequence[UUID]) -> Mapping[UUID, tuple[str, ...]]:
    """For each of the CERs, the agents who created or revised it, by their ids, sorted."""
    query = (
        select(cer_history.c.cer_id, cer_history.c.actor)
        .where(cer_history.c.cer_id.in_(cer_ids), cer_history.c.verb.in_(_WROTE))
        .distinct()
        .order_by(cer_history.c.cer_id, cer_history.c.actor)
    )
    found: dict[UUID, tuple[str, ...]] = {}
    for cer_id, actor in await session.execute(query):
        found[cer_id] = (*found.get(cer_id, ()), actor)
    return found

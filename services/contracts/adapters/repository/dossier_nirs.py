"""By what NIR dossiers are known: keyed hashes, one column beside the aggregate."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import bindparam, select, text, update
from sqlalchemy.dialects.postgresql import ARRAY, BYTEA
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.ext.asyncio import AsyncSession

from services.contracts.adapters.tables import dossier
from services.contracts.domain.dossiers.nir import NirHash

# Without a version: no agent sees it, no event tells it, and the last file to say it is right.
_KEEP = text("""
UPDATE dossier SET nir_hash = said.nir_hash
FROM unnest(:ids, :hashes) AS said (id, nir_hash)
WHERE dossier.id = said.id AND dossier.nir_hash IS DISTINCT FROM said.nir_hash
""").bindparams(bindparam("ids", type_=ARRAY(PG_UUID)), bindparam("hashes", type_=ARRAY(BYTEA)))


async def owners(session: AsyncSession, hashes: Sequence[NirHash]) -> dict[NirHash, list[UUID]]:
    """The dossiers that have these NIRs, merged ones left out."""
    found: dict[NirHash, list[UUID]] = {one: [] for one in hashes}
    if not found:
        return found
    query = select(dossier.c.id, dossier.c.nir_hash).where(
        dossier.c.nir_hash.in_(list(found)), dossier.c.merged_into.is_(None)
    )
    for row in await session.execute(query.order_by(dossier.c.id)):
        found[NirHash(row.nir_hash)].append(row.id)
    return found


async def hand_over(session: AsyncSession, absorbed: UUID, survivor: UUID) -> None:
    """The dossier that remains of a merge is known by the other's, where it has none."""
    theirs = select(dossier.c.nir_hash).where(dossier.c.id == absorbed).scalar_subquery()
    mine = update(dossier).where(dossier.c.id == survivor, dossier.c.nir_hash.is_(None))
    await session.execute(mine.values(nir_hash=theirs))


async def keep(session: AsyncSession, hashes: Mapping[UUID, NirHash]) -> None:
    """Stores what differs."""
    if hashes:
        await session.execute(_KEEP, {"ids": list(hashes), "hashes": list(hashes.values())})

"""What a republish reads, in bulk. Implements the port `Snapshots`."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, delete, func, select, text, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.contracts.adapters.repository.agents import agent_of, replacement_of
from services.contracts.adapters.repository.authors import authors_of
from services.contracts.adapters.repository.cer_rows import cer_of
from services.contracts.adapters.repository.dossier_rows import SELECT_DOSSIER, dossier_of
from services.contracts.adapters.tables import agent, cer, cer_history, dossier, followed_study, replacement, republish
from services.contracts.domain.agents.model import Agent
from services.contracts.domain.agents.replacement import Replacement
from services.contracts.domain.dossiers.model import Dossier
from services.contracts.domain.snapshots.model import FollowedStudy, Kept
from shared.events.envelope import Event
from shared.events.sealed import Sealed
from shared.messaging.tables import outbox

# One republish at a time writes to the outbox; two would tell the same version at once.
_ALONE = text("SELECT pg_advisory_xact_lock(7034, 1)")


class SqlSnapshots:
    """The snapshots of one transaction."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def follow(self, cer_id: UUID, heard: FollowedStudy) -> None:
        """Notes how far contracts followed the study of a CER; a kind or a decider not told stays as it was."""
        row = {"version": heard.version, "commission_kind": heard.commission_kind}
        row |= {"decider": heard.decider.token} if heard.decider else {}
        known = {name: value for name, value in row.items() if value is not None}
        first = insert(followed_study).values(cer_id=cer_id, **row)
        await self._session.execute(first.on_conflict_do_update(index_elements=["cer_id"], set_=known))

    async def dossiers(self, after: str | None, limit: int) -> list[Dossier]:
        """Dossiers by id, from the one after `after`; those that became part of another are told by it."""
        alive = SELECT_DOSSIER.where(dossier.c.merged_into.is_(None))
        query = _after(alive, dossier.c.id, UUID(after) if after else None, limit)
        return [dossier_of(row) for row in (await self._session.execute(query)).mappings()]

    async def cers(self, after: str | None, limit: int) -> list[Kept]:
        """CERs by id, deleted ones too, with all that their snapshot tells."""
        query = _after(select(cer), cer.c.id, UUID(after) if after else None, limit)
        found = [cer_of(row) for row in (await self._session.execute(query)).mappings()]
        ids = [one.id for one in found]
        homes = await self._dossiers({one.dossier_id for one in found})
        agents = await self._agents({home.referent_id for home in homes.values() if home.referent_id})
        since, followed = await self._since(ids), await self._followed(ids)
        authors = await authors_of(self._session, ids)
        return [
            Kept(
                cer=one,
                dossier=(home := homes[one.dossier_id]),
                referent=agents.get(home.referent_id or ""),
                since=since.get(one.id, one.created_at),
                followed=followed.get(one.id, FollowedStudy()),
                authors=authors.get(one.id, ()),
            )
            for one in found
            if one.dossier_id in homes
        ]

    async def agents(self, after: str | None, limit: int) -> list[Agent]:
        """Agents by id."""
        rows = await self._session.execute(_after(select(agent), agent.c.id, after, limit))
        return [agent_of(row) for row in rows.mappings()]

    async def replacements_by(self, substitute_ids: Sequence[str]) -> list[Replacement]:
        """Every replacement in which one of these stands in, ended and past ones too."""
        query = select(replacement).where(replacement.c.substitute_id.in_(substitute_ids)).order_by(replacement.c.id)
        return [replacement_of(row) for row in (await self._session.execute(query)).mappings()]

    async def fresh(self, events: Sequence[Event]) -> list[Event]:
        """Those that do not wait to be published already; former tellings of the same version make room."""
        await self._session.execute(_ALONE)
        same = tuple_(outbox.c.type, outbox.c.aggregate_id, outbox.c.aggregate_version).in_(
            [(event.ce_type(), event.subject, event.aggregate_version) for event in events]
        )
        await self._session.execute(delete(outbox).where(same, outbox.c.published_at.is_not(None)))
        rows = await self._session.execute(
            select(outbox.c.type, outbox.c.aggregate_id, outbox.c.aggregate_version).where(same)
        )
        waiting = {tuple(row) for row in rows}
        return [event for event in events if (event.ce_type(), event.subject, event.aggregate_version) not in waiting]

    async def pending(self) -> int:
        """How many rows of the outbox wait to be published."""
        query = select(func.count()).where(outbox.c.published_at.is_(None), outbox.c.set_aside_at.is_(None))
        return int(await self._session.scalar(query) or 0)

    async def begun(self, what: str, at: datetime, *, anew: bool) -> str | None:
        """Where the last republish of this was interrupted; none: from the beginning."""
        found = (await self._session.execute(select(republish).where(republish.c.what == what))).mappings().first()
        if found is not None and found["finished_at"] is None and not anew:
            return str(found["after"]) if found["after"] is not None else None
        row: dict[str, Any] = {"after": None, "told": 0, "started_at": at, "finished_at": None}
        first = insert(republish).values(what=what, **row)
        await self._session.execute(first.on_conflict_do_update(index_elements=["what"], set_=row))
        return None

    async def came(self, what: str, after: str, told: int) -> None:
        """Notes how far it came."""
        await self._session.execute(
            update(republish).where(republish.c.what == what).values(after=after, told=republish.c.told + told)
        )

    async def finished(self, what: str, at: datetime) -> int:
        """Notes that all was told, and says how many that were."""
        done = update(republish).where(republish.c.what == what).values(finished_at=at).returning(republish.c.told)
        return int(await self._session.scalar(done) or 0)

    async def _dossiers(self, ids: set[UUID]) -> dict[UUID, Dossier]:
        rows = (await self._session.execute(SELECT_DOSSIER.where(dossier.c.id.in_(ids)))).mappings()
        return {row["id"]: dossier_of(row) for row in rows}

    async def _agents(self, ids: set[str]) -> dict[str, Agent]:
        rows = (await self._session.execute(select(agent).where(agent.c.id.in_(ids)))).mappings()
        return {row["id"]: agent_of(row) for row in rows}

    async def _since(self, ids: Sequence[UUID]) -> dict[UUID, datetime]:
        moved = cer_history.c.from_state.is_distinct_from(cer_history.c.to_state)
        query = select(cer_history.c.cer_id, func.max(cer_history.c.at)).where(cer_history.c.cer_id.in_(ids), moved)
        return {row[0]: row[1] for row in await self._session.execute(query.group_by(cer_history.c.cer_id))}

    async def _followed(self, ids: Sequence[UUID]) -> dict[UUID, FollowedStudy]:
        rows = await self._session.execute(select(followed_study).where(followed_study.c.cer_id.in_(ids)))
        return {
            row.cer_id: FollowedStudy(
                row.version, row.commission_kind, Sealed(token=row.decider) if row.decider else None
            )
            for row in rows
        }


def _after(query: Select[Any], column: Any, after: object, limit: int) -> Select[Any]:
    paged = query.order_by(column).limit(limit)
    return paged.where(column > after) if after is not None else paged

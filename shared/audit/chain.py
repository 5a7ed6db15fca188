"""The audit's chain in PostgreSQL."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, Table, delete, insert, select, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncSession

from shared.audit.entry import Entry, Head, Record, chain, head_of
from shared.audit.tables import audit_anchor, audit_entry, audit_head, audit_pending

# Advisory locks are per database; see shared/database/migrations.py for the other one.
CHAIN_LOCK = 7_033_003

_LOCK = text("SELECT pg_advisory_xact_lock(:lock)")


@dataclass(frozen=True)
class AuditFilter:
    """Which entries are asked for; none of a criterion means all."""

    dossier: UUID | None = None
    cer: UUID | None = None
    actor: str | None = None


class Chain:
    """The audit of one transaction."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def enter(self, record: Record) -> None:
        """Leaves a record with the transaction that it tells of; the next `append` chains it."""
        await self._session.execute(insert(audit_pending).values(**_plain(record)))

    async def append(self, records: Sequence[Record]) -> None:
        """Chains what was entered, then these records. Keeps everybody else's waiting until the transaction's end."""
        await self._session.execute(_LOCK, {"lock": CHAIN_LOCK})
        # A statement of its own: its snapshot must come after the lock, to hold what the last holder committed.
        before = await self.head()
        rows = []
        for record in [*await self._entered(), *records]:
            entry = chain(record, before)
            before = head_of(entry)
            rows.append(_row(entry))
        if rows:
            await self._session.execute(insert(audit_entry), rows)

    async def freeze(self) -> None:
        """From now on this transaction sees the chain as it stands; called first."""
        await self._session.connection(execution_options={"isolation_level": "REPEATABLE READ"})

    async def head(self) -> Head | None:
        """Where the chain stands."""
        return await self._last(audit_entry, "id") or await self.anchor()

    async def page(self, wanted: AuditFilter, after: int, limit: int) -> list[Entry]:
        """Entries by id, from the one that follows `after`."""
        query = select(audit_entry).where(audit_entry.c.id > after).order_by(audit_entry.c.id).limit(limit)
        if wanted.dossier is not None:
            query = query.where(audit_entry.c.dossiers.contains([wanted.dossier]))
        if wanted.cer is not None:
            query = query.where(audit_entry.c.cers.contains([wanted.cer]))
        if wanted.actor is not None:
            query = query.where(audit_entry.c.actor == wanted.actor)
        return [_entry(row) for row in (await self._session.execute(query)).mappings()]

    async def published(self) -> list[Head]:
        """The heads that were published, oldest first."""
        rows = (await self._session.execute(select(audit_head).order_by(audit_head.c.entry_id))).mappings()
        return [Head(row["entry_id"], row["hash"], row["at"]) for row in rows]

    async def publish(self, head: Head) -> bool:
        """Keeps that this head was published; false when it was already."""
        kept = postgresql.insert(audit_head).values(entry_id=head.id, hash=head.hash, at=head.at)
        new = await self._session.execute(kept.on_conflict_do_nothing().returning(audit_head.c.entry_id))
        return new.first() is not None

    async def anchor(self) -> Head | None:
        """Where older entries were pruned last."""
        return await self._last(audit_anchor, "entry_id")

    async def prune(self, at: Head, now: datetime, limit: int) -> int:
        """Anchors the chain at this head, and deletes up to `limit` of the entries until it; says how many."""
        anchored = postgresql.insert(audit_anchor).values(entry_id=at.id, hash=at.hash, at=at.at, pruned_at=now)
        await self._session.execute(anchored.on_conflict_do_nothing())
        old = select(audit_entry.c.id).where(audit_entry.c.id <= at.id).order_by(audit_entry.c.id).limit(limit)
        gone = await self._session.execute(
            delete(audit_entry).where(audit_entry.c.id.in_(old)).returning(audit_entry.c.id)
        )
        return len(gone.all())

    async def _entered(self) -> list[Record]:
        """Takes what was entered and committed; the lock of the chain keeps others from taking it too."""
        taken = await self._session.execute(delete(audit_pending).returning(audit_pending))
        return [_record(row) for row in sorted(taken.mappings(), key=lambda row: int(row["id"]))]

    async def _last(self, table: Table, number: str) -> Head | None:
        column = table.c[number]
        query = select(column, table.c.hash, table.c.at).order_by(column.desc()).limit(1)
        row = (await self._session.execute(query)).one_or_none()
        return Head(*row) if row is not None else None


def _row(entry: Entry) -> dict[str, Any]:
    return {"id": entry.id, **_plain(entry.record), "previous_hash": entry.previous_hash, "hash": entry.hash}


def _plain(record: Record) -> dict[str, Any]:
    return {
        "at": record.at,
        "actor": record.actor,
        "role": record.role,
        "operation": record.operation,
        "outcome": record.outcome,
        "dossiers": list(record.dossiers),
        "cers": list(record.cers),
        "relation": record.relation,
        "on_behalf_of": record.on_behalf_of,
    }


def _entry(row: RowMapping) -> Entry:
    return Entry(row["id"], _record(row), row["previous_hash"], row["hash"])


def _record(row: RowMapping) -> Record:
    return Record(
        at=row["at"],
        actor=row["actor"],
        role=row["role"],
        operation=row["operation"],
        outcome=row["outcome"],
        dossiers=tuple(row["dossiers"]),
        cers=tuple(row["cers"]),
        relation=row["relation"],
        on_behalf_of=row["on_behalf_of"],
    )

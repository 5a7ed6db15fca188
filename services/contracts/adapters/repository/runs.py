"""Imports in PostgreSQL. Implements the port `Runs`."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, delete, exists, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.contracts.adapters.repository.writing import update_version
from services.contracts.adapters.tables import import_difference, import_named, import_part, import_refusal, import_run
from services.contracts.domain.imports.flow import Refused
from services.contracts.domain.imports.lines import COUNTS, Difference, Kind, LineNames, LineReport
from services.contracts.domain.imports.run import COMMAND, Run, RunState

_TURN = 0x696D706F7274  # `import` in ASCII
_AT_WORK = (RunState.PREVIEWING.value, RunState.APPLYING.value)


class SqlRuns:
    """The imports of one transaction."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def find(self, run_id: UUID) -> Run | None:
        """The run with the counts of its report, its lists left out."""
        query = select(import_run).where(import_run.c.id == run_id)
        row = (await self._session.execute(query)).mappings().one_or_none()
        return _run(row) if row is not None else None

    async def add(self, run: Run) -> None:
        """Stores a run for the first time."""
        await self._session.execute(insert(import_run).values(**_row(run), version=1))
        run.version = 1

    async def save(self, run: Run) -> None:
        """Stores one change. Raises RaceLost."""
        await update_version(self._session, import_run, _row(run), run.version)
        run.version += 1

    async def page(self, after: UUID | None, limit: int) -> list[Run]:
        """Runs, newest first."""
        query = select(import_run).order_by(import_run.c.id.desc()).limit(limit)
        if after is not None:
            query = query.where(import_run.c.id < after)
        return [_run(row) for row in (await self._session.execute(query)).mappings()]

    async def at_work(self) -> list[UUID]:
        """Those to preview or to apply, oldest first."""
        staged = exists().where(import_part.c.run_id == import_run.c.id)
        query = (
            select(import_run.c.id).where(import_run.c.state.in_(_AT_WORK), staged).order_by(import_run.c.created_at)
        )
        return list((await self._session.execute(query)).scalars())

    async def without_file(self) -> list[UUID]:
        """Those at work whose staged file an erasure took away."""
        staged = exists().where(import_part.c.run_id == import_run.c.id)
        left = select(import_run.c.id).where(
            import_run.c.state.in_(_AT_WORK), import_run.c.created_by != COMMAND, ~staged
        )
        return list((await self._session.execute(left)).scalars())

    async def keep(self, run_id: UUID, refused: Sequence[Refused], kept: Sequence[Refused]) -> None:
        """Adds refusals and what was kept."""
        rows = [{"run_id": run_id, "kept": False, **asdict(one)} for one in refused]
        rows += [{"run_id": run_id, "kept": True, **asdict(one)} for one in kept]
        if rows:
            await self._session.execute(insert(import_refusal), rows)

    async def stage(self, run_id: UUID, differences: Sequence[Difference], named: Sequence[LineNames]) -> None:
        """Adds differences to be shown, and whom the lines name. Personal data: deleted at the run's term."""
        rows = [
            {
                "run_id": run_id,
                "line": one.line,
                "outcome": one.outcome,
                "dossier_id": one.subject,
                "field": one.field,
                "before": one.before,
                "after": one.after,
            }
            for one in differences
        ]
        if rows:
            await self._session.execute(insert(import_difference), rows)
        if named:
            await self._session.execute(insert(import_named), [{"run_id": run_id, **asdict(one)} for one in named])

    async def forget(self, run_id: UUID) -> None:
        """Deletes refusals and differences: the file is about to be gone through anew."""
        for table in (import_refusal, import_difference, import_named):
            await self._session.execute(delete(table).where(table.c.run_id == run_id))

    async def forget_refusals(self, run_id: UUID) -> None:
        """Deletes refusals alone: the differences stay as they were shown."""
        await self._session.execute(delete(import_refusal).where(import_refusal.c.run_id == run_id))

    async def refusals(self, run_id: UUID, *, kept: bool) -> list[Refused]:
        """The refusals, or what was kept, by line."""
        table = import_refusal
        query = select(table).where(table.c.run_id == run_id, table.c.kept == kept).order_by(table.c.line, table.c.id)
        rows = (await self._session.execute(query)).mappings()
        return [Refused(row["line"], row["code"], row["reason"], row["field"]) for row in rows]

    async def differences(self, run_id: UUID, after: int, limit: int) -> list[tuple[int, Difference]]:
        """Staged differences with their rank, from the one after `after`."""
        table = import_difference
        query = select(table).where(table.c.run_id == run_id, table.c.id > after).order_by(table.c.id).limit(limit)
        return [
            (
                row["id"],
                Difference(row["line"], row["outcome"], row["dossier_id"], row["field"], row["before"], row["after"]),
            )
            for row in (await self._session.execute(query)).mappings()
        ]

    async def store_part(self, run_id: UUID, rank: int, part: bytes) -> None:
        """Stages a part of the file."""
        await self._session.execute(insert(import_part).values(run_id=run_id, rank=rank, part=part))

    async def is_staged(self, run_id: UUID) -> bool:
        """Whether the file is still there: its term, or the erasure of a person whom it names, takes it away."""
        return bool(await self._session.scalar(select(exists().where(import_part.c.run_id == run_id))))

    async def parts(self, run_id: UUID) -> AsyncIterator[bytes]:
        """The file, a part at a time."""
        rank = 0
        while True:
            query = select(import_part.c.part).where(import_part.c.run_id == run_id, import_part.c.rank == rank)
            part = await self._session.scalar(query)
            if part is None:
                return
            yield bytes(part)
            rank += 1

    async def take_turn(self) -> bool:
        """Whether this connection may work on staged imports: one at a time, whatever the number of workers."""
        return bool(await self._session.scalar(select(func.pg_try_advisory_lock(_TURN))))

    async def end_turn(self) -> None:
        """Lets another work; the end of the connection does too."""
        await self._session.scalar(select(func.pg_advisory_unlock(_TURN)))

    async def purge(self, now: datetime) -> int:
        """Deletes what was staged by runs past their term; says how many."""
        past = (
            update(import_run)
            .where(import_run.c.expires_at <= now, import_run.c.state != RunState.EXPIRED.value)
            .values(state=RunState.EXPIRED.value, version=import_run.c.version + 1)
            .returning(import_run.c.id)
        )
        ids = list((await self._session.execute(past)).scalars())
        for table in (import_part, import_difference, import_named):
            await self._session.execute(delete(table).where(table.c.run_id.in_(ids)))
        return len(ids)


def _row(run: Run) -> dict[str, Any]:
    counts: dict[str, Any] = {name: getattr(run.report, name) for name in COUNTS}
    counts["interrupted"] = asdict(run.report.interrupted) if run.report.interrupted else None
    return {
        "id": run.id,
        "kind": run.kind.value,
        "mapping": run.mapping,
        "mapping_text": run.mapping_text,
        "file_name": run.file_name,
        "sha256": run.sha256,
        "size": run.size,
        "file_date": run.file_date,
        "territory": run.territory,
        "state": run.state.value,
        "position": run.position,
        "counts": counts,
        "created_by": run.created_by,
        "created_at": run.created_at,
        "expires_at": run.expires_at,
    }


def _run(row: RowMapping) -> Run:
    counts = dict(row["counts"])
    broken = counts.pop("interrupted")
    names = ("id", "mapping", "mapping_text", "file_name", "sha256", "size", "file_date", "territory", "position")
    return Run(
        **{name: row[name] for name in (*names, "created_by", "created_at", "expires_at", "version")},
        kind=Kind(row["kind"]),
        state=RunState(row["state"]),
        report=LineReport(**counts, interrupted=Refused(**broken) if broken else None),
    )

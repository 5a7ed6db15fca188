"""Tasks in PostgreSQL. Implements the port `Tasks`."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, insert, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from services.contracts.adapters.repository.writing import update_version
from services.contracts.adapters.tables import cer, cer_task
from services.contracts.application.ports.tasks import TaskFilter, TaskRow
from services.contracts.domain.moves import Act
from services.contracts.domain.tasks.model import Closing, Outcome, Task
from shared.kernel.errors import NotFound


class SqlTasks:
    """The tasks of one transaction."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def get(self, task_id: UUID) -> Task:
        """The task. Raises NotFound."""
        row = (await self._session.execute(select(cer_task).where(cer_task.c.id == task_id))).mappings().one_or_none()
        if row is None:
            raise NotFound("Cette demande n'existe pas.")
        return _task(row)

    async def open_of(self, cer_id: UUID) -> Task | None:
        """The open task of a CER: it has one at most."""
        query = select(cer_task).where(cer_task.c.cer_id == cer_id, cer_task.c.closed_at.is_(None))
        row = (await self._session.execute(query)).mappings().one_or_none()
        return _task(row) if row is not None else None

    async def add(self, task: Task) -> None:
        """Stores a task for the first time."""
        await self._session.execute(insert(cer_task).values(**_row(task), version=1))
        task.version = 1

    async def save(self, task: Task) -> None:
        """Stores a change. Raises RaceLost."""
        await update_version(self._session, cer_task, _row(task), task.version)
        task.version += 1

    async def page(self, wanted: TaskFilter, after: tuple[datetime, UUID] | None, limit: int) -> list[TaskRow]:
        """Tasks, the one opened first at the top, from the one after this place."""
        shown = (cer.c.dossier_id, cer.c.numero, cer.c.priority, cer.c.territory, cer.c.referent_id)
        query = select(cer_task, *shown).join(cer, cer.c.id == cer_task.c.cer_id).where(~cer.c.archived)
        query = query.where(cer_task.c.closed_at.is_not(None) if wanted.closed else cer_task.c.closed_at.is_(None))
        if wanted.territory is not None:
            query = query.where(cer.c.territory == wanted.territory)
        if wanted.opened_before is not None:
            query = query.where(cer_task.c.opened_at < wanted.opened_before)
        if after is not None:
            query = query.where(tuple_(cer_task.c.opened_at, cer_task.c.id) > tuple_(*after))
        query = query.order_by(cer_task.c.opened_at, cer_task.c.id).limit(limit)
        rows = (await self._session.execute(query)).mappings()
        return [TaskRow(_task(row), **{column.name: row[column.name] for column in shown}) for row in rows]


def _row(task: Task) -> dict[str, Any]:
    closing = task.closing
    return {
        "id": task.id,
        "cer_id": task.cer_id,
        "kind": task.kind,
        "submission": task.submission,
        "opened_at": task.opened.at,
        "opened_by": task.opened.by,
        "closed_on": closing.on if closing else None,
        "closed_at": closing.act.at if closing else None,
        "closed_by": closing.act.by if closing else None,
        "outcome": closing.outcome.value if closing else None,
    }


def _task(row: RowMapping) -> Task:
    closing = None
    if row["closed_at"] is not None:
        closing = Closing(row["closed_on"], Act(row["closed_by"], row["closed_at"]), Outcome(row["outcome"]))
    opened = Act(row["opened_by"], row["opened_at"])
    return Task(row["id"], row["cer_id"], row["submission"], opened, row["kind"], closing, row["version"])

"""What the insertion service was asked to do."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from services.contracts.domain.tasks.model import Task


@dataclass(frozen=True)
class TaskFilter:
    """Which tasks are asked for; `opened_before` for those that wait since longer."""

    closed: bool = False
    territory: str | None = None
    opened_before: datetime | None = None


@dataclass(frozen=True)
class TaskRow:
    """A task in a list, with what its CER says of where it belongs."""

    task: Task
    dossier_id: UUID
    numero: int
    priority: str | None
    territory: str
    referent_id: str | None


class Tasks(Protocol):
    """The tasks of one transaction."""

    async def get(self, task_id: UUID) -> Task:
        """The task. Raises NotFound."""
        ...

    async def open_of(self, cer_id: UUID) -> Task | None:
        """The open task of a CER: it has one at most."""
        ...

    async def add(self, task: Task) -> None:
        """Stores a task for the first time."""
        ...

    async def save(self, task: Task) -> None:
        """Stores a change. Raises RaceLost."""
        ...

    async def page(self, wanted: TaskFilter, after: tuple[datetime, UUID] | None, limit: int) -> list[TaskRow]:
        """Tasks, the one opened first at the top, from the one after this place."""
        ...

"""What agents get back of tasks and of returns to read: ids, codes and dates."""

from datetime import date, datetime
from typing import Self
from uuid import UUID

from pydantic import BaseModel

from services.contracts.application.ports.tasks import TaskRow
from services.contracts.domain.cers.model import Cer


class TaskView(BaseModel):
    """A request to the insertion service, where its CER belongs, and how it was closed."""

    id: UUID
    version: int
    kind: str
    cer_id: UUID
    dossier_id: UUID
    numero: int
    priority: str | None
    territory: str
    referent_id: str | None
    submission: int
    opened_at: datetime
    opened_by: str
    closed_on: date | None
    closed_at: datetime | None
    closed_by: str | None
    outcome: str | None

    @classmethod
    def of(cls, row: TaskRow) -> Self:
        """As it stands."""
        task, closing = row.task, row.task.closing
        return cls(
            id=task.id,
            version=task.version,
            kind=task.kind,
            cer_id=task.cer_id,
            dossier_id=row.dossier_id,
            numero=row.numero,
            priority=row.priority,
            territory=row.territory,
            referent_id=row.referent_id,
            submission=task.submission,
            opened_at=task.opened.at,
            opened_by=task.opened.by,
            closed_on=closing.on if closing else None,
            closed_at=closing.act.at if closing else None,
            closed_by=closing.act.by if closing else None,
            outcome=closing.outcome.value if closing else None,
        )


class TaskPage(BaseModel):
    """A page of tasks; `next` is the `after` of the page that follows."""

    tasks: list[TaskView]
    next: str | None


class ReturnLine(BaseModel):
    """A decision that its référent has to read."""

    cer_id: UUID
    dossier_id: UUID
    numero: int
    nature: str
    outcome: str
    path: str
    decided_at: datetime

    @classmethod
    def of(cls, cer: Cer) -> Self:
        """The line of a decided CER."""
        if cer.decision is None:
            raise ValueError("only a decision is to be read")
        return cls(
            cer_id=cer.id,
            dossier_id=cer.dossier_id,
            numero=cer.draft.numero,
            nature=cer.draft.nature.value,
            outcome=cer.decision.outcome,
            path=cer.decision.path,
            decided_at=cer.decision.decided_at,
        )


class ReturnPage(BaseModel):
    """A page of returns to read, the first decided at the top."""

    returns: list[ReturnLine]
    next: str | None

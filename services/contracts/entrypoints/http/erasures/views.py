"""What the admin gets back of an erasure: ids, dates and counts."""

from datetime import datetime
from typing import Self
from uuid import UUID

from pydantic import BaseModel

from services.contracts.domain.erasures.model import ASKED, Erasure, Plan


class AnswerView(BaseModel):
    """A service that has nothing of the person any more."""

    service: str
    answered_at: datetime
    rows: int
    files: int


class ErasureView(BaseModel):
    """What would go (`done` false), or a line of the ledger. `id` is the dossier's."""

    id: UUID
    done: bool
    version: int
    rows: dict[str, int] = {}
    files: int | None = None
    number: int | None = None
    cer_ids: tuple[UUID, ...] = ()
    ground: str | None = None
    asked_by: str | None = None
    erased_at: datetime | None = None
    answers: tuple[AnswerView, ...] = ()
    unanswered: tuple[str, ...] = ()

    @classmethod
    def planned(cls, plan: Plan) -> Self:
        """What contracts would delete, and who else would be asked."""
        return cls(
            id=plan.dossier_id,
            done=False,
            version=plan.version,
            rows=dict(plan.rows),
            files=plan.files,
            unanswered=ASKED,
        )

    @classmethod
    def of(cls, erasure: Erasure) -> Self:
        """A line of the ledger."""
        return cls(
            id=erasure.dossier_id,
            done=True,
            version=erasure.version,
            number=erasure.number,
            cer_ids=erasure.cer_ids,
            ground=erasure.ground.value,
            asked_by=erasure.asked_by,
            erased_at=erasure.erased_at,
            answers=tuple(
                AnswerView(service=service, answered_at=one.answered_at, rows=one.rows, files=one.files)
                for service, one in sorted(erasure.answers.items())
            ),
            unanswered=erasure.unanswered,
        )


class ErasurePage(BaseModel):
    """A page of the ledger; `next` is the `after` of the page that follows."""

    erasures: list[ErasureView]
    next: int | None

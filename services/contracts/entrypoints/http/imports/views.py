"""What agents see of an import. Differences hold personal data; the rest holds none."""

from datetime import datetime
from typing import Self
from uuid import UUID

from pydantic import BaseModel

from services.contracts.domain.imports.flow import Refused
from services.contracts.domain.imports.lines import COUNTS, Difference
from services.contracts.domain.imports.run import Run


class RefusalView(BaseModel):
    """Why a line, or a datum of it, was not taken in."""

    line: int
    field: str
    code: str
    reason: str

    @classmethod
    def of(cls, refused: Refused) -> Self:
        """The view of a refusal."""
        return cls(line=refused.line, field=refused.field, code=refused.code, reason=refused.reason)


class ImportView(BaseModel):
    """An import: where it stands and what it did, or would do. `position` is the last line that was gone through."""

    id: UUID
    version: int
    kind: str
    mapping: str
    file_name: str
    sha256: str
    size: int
    territory: str | None
    state: str
    position: int
    counts: dict[str, int]
    interrupted: RefusalView | None
    created_by: str
    created_at: datetime
    expires_at: datetime

    @classmethod
    def of(cls, run: Run) -> Self:
        """The view of a run."""
        broken = run.report.interrupted
        names = ("id", "version", "mapping", "file_name", "sha256", "size", "territory", "position", "created_by")
        return cls(
            **{name: getattr(run, name) for name in (*names, "created_at", "expires_at")},
            kind=run.kind.value,
            state=run.state.value,
            counts={name: getattr(run.report, name) for name in COUNTS},
            interrupted=RefusalView.of(broken) if broken else None,
        )


class ImportPage(BaseModel):
    """A page of imports, newest first; `next` is the `after` of the page that follows."""

    imports: list[ImportView]
    next: UUID | None


class DifferenceView(BaseModel):
    """One field of one person or CER, before and after; `dossier_id` is none for a person to be created."""

    line: int
    outcome: str
    dossier_id: UUID | None
    field: str
    before: str | None
    after: str | None

    @classmethod
    def of(cls, one: Difference) -> Self:
        """The view of a difference."""
        return cls(
            line=one.line,
            outcome=one.outcome,
            dossier_id=one.subject,
            field=one.field,
            before=one.before,
            after=one.after,
        )


class DifferencePage(BaseModel):
    """A page of differences by line; `next` is the `after` of the page that follows."""

    differences: list[DifferenceView]
    next: int | None

"""Past contents of a CER, their differences, and the two versions of one that was changed by two at once."""

from datetime import date, datetime
from typing import Any, Self

from pydantic import BaseModel

from services.contracts.application.queries.revisions import Conflict, Disagreement
from services.contracts.domain.cers.differences import Difference
from services.contracts.domain.cers.revisions import LABELS, Revision
from services.contracts.entrypoints.http.cers.views import CerView


class Touched(BaseModel):
    """A field by its name and in French."""

    field: str
    label: str


class RevisionLine(BaseModel):
    """One stored change: who, when, which fields. `revision` counts the changes of what the edition shows."""

    version: int
    at: datetime
    actor: str
    verb: str
    revision: int
    touched: list[Touched]

    @classmethod
    def of(cls, revision: Revision) -> Self:
        """The line of a change."""
        return cls(
            version=revision.version,
            at=revision.act.at,
            actor=revision.act.by,
            verb=revision.verb,
            revision=revision.shown,
            touched=[Touched(field=name, label=LABELS[name]) for name in revision.touched],
        )


class Revisions(BaseModel):
    """Every change of what was written, oldest first; none are left of a deleted proposition."""

    revisions: list[RevisionLine]


class ContentView(BaseModel):
    """What the CER held at a version, as JSON values by field; the note only for those who may read it."""

    version: int
    content: dict[str, Any]


class SegmentView(BaseModel):
    """A run of a text: `equal`, `insert` or `delete`."""

    op: str
    text: str


class DifferenceView(BaseModel):
    """One field that differs. `kind` is `changed`, `added`, `removed` or `moved`; `text` compares words."""

    field: str
    label: str
    kind: str
    before: Any
    after: Any
    text: list[SegmentView]

    @classmethod
    def of(cls, found: Difference) -> Self:
        """As the domain found it."""
        return cls(
            field=found.field,
            label=found.label,
            kind=found.kind,
            before=found.before,
            after=found.after,
            text=[SegmentView(op=segment.op, text=segment.text) for segment in found.text],
        )


class Differences(BaseModel):
    """What differs between two versions, in the order of the screen."""

    before: int
    after: int
    differences: list[DifferenceView]


class DisagreementView(BaseModel):
    """A field to merge: at the version that the sender had, as kept now, as sent (when it was)."""

    field: str
    label: str
    base: Any
    kept: Any
    sent: Any
    was_sent: bool
    changed_by: str | None
    changed_at: datetime | None

    @classmethod
    def of(cls, found: Disagreement) -> Self:
        """As the query found it."""
        return cls(
            field=found.field,
            label=found.label,
            base=found.base,
            kept=found.kept,
            sent=found.sent,
            was_sent=found.was_sent,
            changed_by=found.changed.act.by if found.changed else None,
            changed_at=found.changed.act.at if found.changed else None,
        )


class ConflictView(BaseModel):
    """Both versions: nothing of what was sent is lost, nothing of it was stored."""

    seen_version: int
    kept_version: int
    kept: CerView
    sent: dict[str, Any] | None
    fields: list[DisagreementView]

    @classmethod
    def of(cls, found: Conflict, seen: int, sent: dict[str, Any] | None, today: date) -> Self:
        """What an agent needs to merge."""
        kept = CerView.of_read(found.kept, today)
        fields = [DisagreementView.of(one) for one in found.disagreements]
        return cls(seen_version=seen, kept_version=kept.version, kept=kept, sent=sent, fields=fields)

"""What agents get back of pièces jointes."""

from datetime import datetime
from typing import Self
from uuid import UUID

from pydantic import BaseModel

from services.contracts.application.queries.files import FileRead
from services.contracts.domain.files.model import KIND_LABELS, STATE_LABELS


class FileView(BaseModel):
    """A pièce jointe. `version` is also its ETag; `opens` says whether this agent's role may open the content.

    `code` says why a file is refused, or why its analysis has to be tried again. `serial` is that of a scanned CER
    vierge, when its QR code could be read.
    """

    id: UUID
    dossier_id: UUID
    version: int
    kind: str
    kind_label: str
    diagnostic: str | None
    title: str
    cer_id: UUID | None
    content_type: str
    size: int
    sha256: str
    serial: str | None
    state: str
    state_label: str
    code: str | None
    added_by: str
    added_at: datetime
    removed_by: str | None
    removed_at: datetime | None
    opens: bool

    @classmethod
    def of(cls, read: FileRead) -> Self:
        """A file as this agent sees it; without a title it is called by its kind."""
        one = read.attachment
        said = one.description
        return cls(
            id=one.id,
            dossier_id=one.dossier_id,
            version=one.version,
            kind=said.kind,
            kind_label=KIND_LABELS[said.kind],
            diagnostic=said.diagnostic,
            title=said.title or KIND_LABELS[said.kind],
            cer_id=said.cer_id,
            content_type=one.content.content_type,
            size=one.content.file.size,
            sha256=one.content.file.sha256,
            serial=one.content.serial,
            state=one.state,
            state_label=STATE_LABELS[one.state],
            code=one.code,
            added_by=one.added.by,
            added_at=one.added.at,
            removed_by=one.removed.by if one.removed else None,
            removed_at=one.removed.at if one.removed else None,
            opens=read.opens,
        )


class FilePage(BaseModel):
    """A page of files, oldest first; `next` is the `after` of the page that follows."""

    files: list[FileView]
    next: UUID | None

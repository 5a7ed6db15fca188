"""What the admin and partners get of the audit: ids, codes and fingerprints. Instants are UTC."""

from datetime import datetime
from typing import Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services.contracts.domain.audit.entry import Entry, Head
from services.contracts.domain.audit.head_text import shown


class AuditLine(BaseModel):
    """An entry. `outcome` is `ok` or the code of the refusal; `relation` is `own`, `territory` or `other`."""

    id: int
    at: datetime
    actor: str
    role: str
    operation: str
    outcome: str
    dossiers: tuple[UUID, ...]
    cers: tuple[UUID, ...]
    relation: str | None
    on_behalf_of: str | None
    hash: str

    @classmethod
    def of(cls, entry: Entry) -> Self:
        """The line of an entry."""
        return cls(id=entry.id, hash=entry.hash.hex(), **vars(entry.record))


class AuditPage(BaseModel):
    """A page of entries; `next` is the `after` of the page that follows."""

    entries: list[AuditLine]
    next: int | None


class HeadView(BaseModel):
    """Where the chain stands: keep it elsewhere, and `cer contracts audit verify --head` proves what came before."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"sequence": 4211, "hash": "b1f7" * 16, "at": "2026-03-12T09:30:00.000005Z"}]}
    )

    sequence: int
    hash: str
    at: datetime

    @classmethod
    def of(cls, head: Head) -> Self:
        """A head, as the event tells it."""
        return cls.model_validate(shown(head))

"""What the admin and partners ask and get of the audit: ids, codes and fingerprints. Instants are UTC."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from shared.audit.chain import AuditFilter
from shared.audit.entry import Entry, Head
from shared.audit.head_text import shown

Line = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f]*$", max_length=300)]


class AuditQuery(BaseModel):
    """Which entries are asked for; oldest first."""

    model_config = ConfigDict(extra="forbid")

    dossier: UUID | None = Field(default=None, description="Entries that concern this dossier")
    cer: UUID | None = Field(default=None, description="Entries that concern this CER")
    actor: Line | None = Field(default=None, description="Entries of this agent")
    after: int = Field(default=0, ge=0, le=2**63 - 1, description="The last entry of the page before (`next`)")
    limit: int = Field(default=100, ge=1, le=500)

    def filter(self) -> AuditFilter:
        """As the chain takes it."""
        return AuditFilter(self.dossier, self.cer, self.actor)


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
    """Where the chain stands: keep it elsewhere, and `cer … audit verify --head` proves what came before."""

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

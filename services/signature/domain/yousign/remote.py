"""What Yousign tells of a request, and what is kept of that."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class RemoteStatus(StrEnum):
    """Where a request stands at Yousign. `unheard` is any word that is not known here."""

    DRAFT = "draft"
    APPROVAL = "approval"
    ONGOING = "ongoing"
    PAUSED = "paused"
    DONE = "done"
    DECLINED = "declined"
    EXPIRED = "expired"
    REJECTED = "rejected"
    CANCELED = "canceled"
    DELETED = "deleted"
    UNHEARD = "unheard"

    @property
    def under_way(self) -> bool:
        """Somebody may still sign."""
        return self in {RemoteStatus.APPROVAL, RemoteStatus.ONGOING, RemoteStatus.PAUSED}


@dataclass(frozen=True)
class RemoteRequest:
    """A request as Yousign tells it. `faulty`: the signing broke down there."""

    id: str
    status: RemoteStatus
    documents: tuple[str, ...] = ()
    signers: tuple[str, ...] = ()
    reason: str = field(default="", repr=False)
    faulty: bool = False


@dataclass(frozen=True)
class RemoteDocument:
    """A document as Yousign has it."""

    id: str
    sha256: str


@dataclass(frozen=True)
class RemoteSigner:
    """What Yousign tells of who signs. The link opens the document: it is shown to nobody but who has it signed."""

    id: str
    documents: tuple[str, ...] = ()
    signed_at: datetime | None = None
    link: str | None = field(default=None, repr=False)
    link_expires_at: datetime | None = None


@dataclass
class Remote:
    """What is known of a request's counterpart at Yousign: its ids there, since when it can be signed."""

    request_id: UUID
    remote_id: str | None = None
    document_id: str | None = None
    document_sha256: str | None = None
    signer_id: str | None = None
    activated_at: datetime | None = None

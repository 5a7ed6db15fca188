"""What the papers of sessions, and the rights of members, ask of the outside."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from services.documents.domain.session_papers import CommissionFile, Paper
from shared.events.files import FileRef


class CommissionFiles(Protocol):
    """What validation told of the files of sessions, in one transaction."""

    async def keep(self, told: CommissionFile) -> bool:
        """Keeps what is newer; False when what is here is as new."""
        ...

    async def of_session(self, session_id: UUID) -> dict[UUID, CommissionFile]:
        """The files of a session, by CER."""
        ...

    async def erased(self, cer_ids: Sequence[UUID]) -> frozenset[UUID]:
        """Those of these CERs whose person was erased."""
        ...

    async def opened_to(self, agent_id: str, now: datetime) -> frozenset[UUID]:
        """The CERs that this agent reads now, because they sit in a session."""
        ...

    async def sits(self, session_id: UUID, agent_id: str, now: datetime) -> bool:
        """Whether this agent reads a file of this session now."""
        ...


@dataclass(frozen=True)
class PaperRow:
    """A paper of a session as it is read."""

    id: UUID
    session_id: UUID
    kind: str
    version: int
    held_on: date
    cer_ids: Sequence[UUID]
    made_at: datetime
    document: FileRef | None
    pages: int | None
    failure: str | None


class Papers(Protocol):
    """The papers of sessions, in one transaction."""

    async def add(self, made: Paper) -> bool:
        """Stores what became of an order; False when that is known already."""
        ...

    async def get(self, paper_id: UUID) -> PaperRow:
        """Raises NotFound."""
        ...

    async def of_session(self, session_id: UUID) -> list[PaperRow]:
        """The papers of a session, the first made at the top."""
        ...

"""What is kept of the archive, and who has to go there."""

from datetime import datetime
from typing import Protocol
from uuid import UUID

from services.contracts.domain.retention.model import Candidate, Then


class Archive(Protocol):
    """The archive of one transaction."""

    async def due(
        self, before: datetime, today: datetime, then: Then, after: UUID | None, limit: int
    ) -> list[Candidate]:
        """Dossiers of the active base whose last event is older, that nothing holds, by id."""
        ...

    async def over(self, now: datetime, after: UUID | None, limit: int) -> list[Candidate]:
        """Archived dossiers whose term has come, that nothing holds, by id."""
        ...

    async def put(self, dossier_id: UUID, by: str, at: datetime, until: datetime) -> None:
        """Moves a dossier out of the active base."""
        ...

    async def take_out(self, dossier_id: UUID, reason: str, by: str, at: datetime) -> bool:
        """Moves it back, on the record; False when it was not archived."""
        ...

"""What is kept of legal holds."""

from datetime import datetime
from typing import Protocol
from uuid import UUID

from services.contracts.domain.retention.model import Hold


class Holds(Protocol):
    """The legal holds of one transaction."""

    async def is_held(self, dossier_id: UUID) -> bool:
        """Whether a hold is in force on the dossier."""
        ...

    async def of_dossier(self, dossier_id: UUID) -> list[Hold]:
        """Every hold, in force or lifted, oldest first."""
        ...

    async def put(self, dossier_id: UUID, reason: str, by: str, at: datetime) -> bool:
        """Puts a hold; False when one is in force."""
        ...

    async def lift(self, dossier_id: UUID, by: str, at: datetime) -> bool:
        """Lifts the hold in force; False when there is none."""
        ...

"""What is kept of legal holds."""

from typing import Protocol
from uuid import UUID


class Holds(Protocol):
    """The legal holds of one transaction."""

    async def is_held(self, dossier_id: UUID) -> bool:
        """Whether a hold is in force on the dossier."""
        ...

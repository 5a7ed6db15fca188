"""Which CERs are open to the members of a commission's session, as validation tells it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True)
class CommissionFile:
    """The file of one CER in one session: open to these agents until an instant, or to none any more."""

    id: UUID
    session_id: UUID
    cer_id: UUID
    dossier_id: UUID
    version: int
    open: bool
    members: tuple[str, ...]
    until: datetime


class CommissionFiles(Protocol):
    """The files of one transaction."""

    async def keep(self, told: CommissionFile) -> bool:
        """Keeps what is newer; False when what is here is as new."""
        ...

    async def cer_is_open(self, cer_id: UUID, agent_id: str, now: datetime) -> bool:
        """Whether this CER is open to this agent."""
        ...

    async def open_cers(self, dossier_id: UUID, agent_id: str, now: datetime) -> frozenset[UUID]:
        """The CERs that the dossier has now and that are open to this agent."""
        ...

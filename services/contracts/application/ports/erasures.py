"""What is kept of erasures, and how a person is deleted."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from services.contracts.domain.erasures.model import Answer, Erasure, Ground
from services.contracts.domain.erasures.rules import Standing


class Erasures(Protocol):
    """The ledger, and the deletion itself, in one transaction."""

    async def of_dossier(self, dossier_id: UUID) -> Erasure | None:
        """The erasure of a dossier, if there was one."""
        ...

    async def page(self, after: int, limit: int, *, unanswered: bool) -> list[Erasure]:
        """The ledger by number, from the one after `after`."""
        ...

    async def oldest_unanswered(self) -> datetime | None:
        """When the oldest erasure that a service has not answered was made."""
        ...

    async def shut(self, dossier_id: UUID) -> list[Standing]:
        """Keeps events and commands about the person out until the end; where their CERs stand."""
        ...

    async def absorbed(self, dossier_id: UUID) -> list[tuple[UUID, int]]:
        """The dossiers that were merged into this one, each with its version: they are the same person."""
        ...

    async def counted(self, dossier_id: UUID) -> tuple[dict[str, int], int]:
        """The rows that would go, by table, and the files."""
        ...

    async def erase(self, dossier_id: UUID, version: int, ground: Ground, by: str, at: datetime) -> Erasure:
        """Deletes all that is here, and writes the ledger; `version` is that of the telling."""
        ...

    async def answered(self, number: int, service: str, answer: Answer) -> bool:
        """Records an answer; False when the ledger has no such number."""
        ...

    async def retold(self, numbers: Sequence[int]) -> list[Erasure]:
        """These lines, each at its next version."""
        ...

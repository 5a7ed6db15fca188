"""What a republish reads, and where it notes how far it came."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from services.contracts.domain.agents.model import Agent
from services.contracts.domain.agents.replacement import Replacement
from services.contracts.domain.dossiers.model import Dossier
from services.contracts.domain.snapshots.model import FollowedStudy, Kept
from shared.events.envelope import Event


class Snapshots(Protocol):
    """Dossiers, CERs and agents by id, some at a time, in one transaction."""

    async def follow(self, cer_id: UUID, heard: FollowedStudy) -> None:
        """Notes how far contracts followed the study of a CER; a kind or a decider not told stays as it was."""
        ...

    async def dossiers(self, after: str | None, limit: int) -> list[Dossier]:
        """Dossiers by id, from the one after `after`."""
        ...

    async def cers(self, after: str | None, limit: int) -> list[Kept]:
        """CERs by id, deleted ones too, with all that their snapshot tells."""
        ...

    async def agents(self, after: str | None, limit: int) -> list[Agent]:
        """Agents by id."""
        ...

    async def replacements_by(self, substitute_ids: Sequence[str]) -> list[Replacement]:
        """Every replacement in which one of these stands in, ended and past ones too."""
        ...

    async def fresh(self, events: Sequence[Event]) -> list[Event]:
        """Those that do not wait to be published already; former tellings of the same version make room."""
        ...

    async def pending(self) -> int:
        """How many rows of the outbox wait to be published."""
        ...

    async def begun(self, what: str, at: datetime, *, anew: bool) -> str | None:
        """Where the last republish of this was interrupted; none: from the beginning."""
        ...

    async def came(self, what: str, after: str, told: int) -> None:
        """Notes how far it came."""
        ...

    async def finished(self, what: str, at: datetime) -> int:
        """Notes that all was told, and says how many that were."""
        ...

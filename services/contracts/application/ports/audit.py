"""What is kept of the audit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from services.contracts.domain.audit.entry import Entry, Head, Record


@dataclass(frozen=True)
class AuditFilter:
    """Which entries are asked for; none of a criterion means all."""

    dossier: UUID | None = None
    cer: UUID | None = None
    actor: str | None = None


class Audit(Protocol):
    """The audit of one transaction."""

    async def enter(self, record: Record) -> None:
        """Leaves a record with the transaction that it tells of; the next `append` chains it."""
        ...

    async def append(self, records: Sequence[Record]) -> None:
        """Chains what was entered, then these records. Keeps everybody else's waiting until the transaction's end."""
        ...

    async def freeze(self) -> None:
        """From now on this transaction sees the chain as it stands; called first."""
        ...

    async def head(self) -> Head | None:
        """Where the chain stands."""
        ...

    async def page(self, wanted: AuditFilter, after: int, limit: int) -> list[Entry]:
        """Entries by id, from the one that follows `after`."""
        ...

    async def published(self) -> list[Head]:
        """The heads that were published, oldest first."""
        ...

    async def publish(self, head: Head) -> bool:
        """Keeps that this head was published; false when it was already."""
        ...

    async def anchor(self) -> Head | None:
        """Where older entries were pruned last."""
        ...

    async def prune(self, at: Head, now: datetime, limit: int) -> int:
        """Anchors the chain at this head, and deletes up to `limit` of the entries until it; says how many."""
        ...

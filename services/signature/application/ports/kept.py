"""What is asked of the sealed files in the store, and of what verifies them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from shared.database.unit_of_work import UnitOfWork
from shared.events.files import FileRef


@dataclass(frozen=True)
class Kept:
    """The files that are kept of a signature: the sealed CER, the dossier de preuve."""

    request_id: UUID
    files: tuple[FileRef, ...]


class KeptFiles(Protocol):
    """The sealed files in the store, and when they stop being verifiable by themselves."""

    async def not_looked_at(self, limit: int) -> list[Kept]:
        """Those of whom nobody has looked yet when they end, oldest first."""
        ...

    async def ending(self, before: datetime, after: UUID | None, limit: int) -> list[Kept]:
        """Those that end before this instant, or were not looked at; by id, from the one after `after` on."""
        ...

    async def count_ending(self, before: datetime) -> int:
        """How many signatures have a file that ends before this instant."""
        ...

    async def ends(self, kept: Kept, until: datetime) -> None:
        """Keeps when the first of these files ends. Without effect when other ones have taken their place."""
        ...


KeptFilesOf = Callable[[UnitOfWork], KeptFiles]


class Lasting(Protocol):
    """Knows how long a sealed file proves something by itself."""

    async def until(self, stored: bytes) -> datetime | None:
        """When its last proof ends; none when it is not intact, and so proves nothing any more."""
        ...

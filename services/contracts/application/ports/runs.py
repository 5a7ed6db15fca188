"""What is kept of imports: runs, refusals, staged differences, the file itself until its term."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from services.contracts.domain.imports.flow import Refused
from services.contracts.domain.imports.lines import Difference, LineNames
from services.contracts.domain.imports.run import Run


class Runs(Protocol):
    """The imports of one transaction."""

    async def find(self, run_id: UUID) -> Run | None:
        """The run with the counts of its report, its lists left out."""
        ...

    async def add(self, run: Run) -> None:
        """Stores a run for the first time."""
        ...

    async def save(self, run: Run) -> None:
        """Stores one change. Raises RaceLost."""
        ...

    async def page(self, after: UUID | None, limit: int) -> list[Run]:
        """Runs, newest first."""
        ...

    async def at_work(self) -> list[UUID]:
        """Those that were staged and are to preview or to apply, oldest first."""
        ...

    async def without_file(self) -> list[UUID]:
        """Those at work whose staged file an erasure took away."""
        ...

    async def keep(self, run_id: UUID, refused: Sequence[Refused], kept: Sequence[Refused]) -> None:
        """Adds refusals and what was kept."""
        ...

    async def stage(self, run_id: UUID, differences: Sequence[Difference], named: Sequence[LineNames]) -> None:
        """Adds differences to be shown, and whom the lines name. Personal data: deleted at the run's term."""
        ...

    async def forget(self, run_id: UUID) -> None:
        """Deletes refusals and differences: the file is about to be gone through anew."""
        ...

    async def forget_refusals(self, run_id: UUID) -> None:
        """Deletes refusals alone: the differences stay as they were shown."""
        ...

    async def refusals(self, run_id: UUID, *, kept: bool) -> list[Refused]:
        """The refusals, or what was kept, by line."""
        ...

    async def differences(self, run_id: UUID, after: int, limit: int) -> list[tuple[int, Difference]]:
        """Staged differences with their rank, from the one after `after`."""
        ...

    async def store_part(self, run_id: UUID, rank: int, part: bytes) -> None:
        """Stages a part of the file."""
        ...

    async def is_staged(self, run_id: UUID) -> bool:
        """Whether the file is still there: its term, or the erasure of a person whom it names, takes it away."""
        ...

    def parts(self, run_id: UUID) -> AsyncIterator[bytes]:
        """The file, a part at a time."""
        ...

    async def take_turn(self) -> bool:
        """Whether this connection may work on staged imports: one at a time, whatever the number of workers."""
        ...

    async def end_turn(self) -> None:
        """Lets another work; the end of the connection does too."""
        ...

    async def purge(self, now: datetime) -> int:
        """Deletes what was staged by runs past their term; says how many."""
        ...

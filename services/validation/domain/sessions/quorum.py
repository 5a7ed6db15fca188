"""How many members a kind of commission asks for: the admin says it, the list of kinds has no room for it."""

from dataclasses import dataclass, replace
from typing import Self

from shared.kernel.errors import RaceLost


@dataclass(frozen=True)
class Quorum:
    """Members who have to be present for an opinion; 0 asks for none. Version 0: nobody said it yet."""

    kind: str
    members: int = 0
    version: int = 0

    def asking(self, members: int, seen: int) -> Self:
        """Another number, for the sessions that open from now on. Raises RaceLost."""
        if seen != self.version:
            raise RaceLost("Le quorum de cette commission a changé entre-temps : rechargez-le, puis recommencez.")
        return replace(self, members=members, version=self.version + 1)

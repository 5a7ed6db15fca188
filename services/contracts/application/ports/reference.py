"""What is kept for all: lists, dated texts, territories."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from services.contracts.domain.moves import Act
from services.contracts.domain.reference.lists import Change, ListName, ReferenceList, Uses
from services.contracts.domain.reference.snapshot import Reference
from services.contracts.domain.reference.territories import Territory
from services.contracts.domain.reference.texts import DatedText, Family


@dataclass(frozen=True)
class PastChange:
    """A line of the history of a list or a territory: the version that it made, by whom and when (UTC)."""

    version: int
    change: Change
    act: Act


class ReferenceBooks(Protocol):
    """The lists, texts and territories of one transaction."""

    async def current(self) -> Reference:
        """Lists and legal texts as committed; read anew only when something changed since."""
        ...

    async def lists(self) -> list[ReferenceList]:
        """All lists, read from the database."""
        ...

    async def list(self, name: ListName) -> ReferenceList:
        """A list, read from the database."""
        ...

    async def save_list(self, changed: ReferenceList, change: Change, act: Act) -> int:
        """Stores the next version of a list, and its history; says its number. Raises RaceLost, EntryInUse."""
        ...

    async def list_history(self, name: ListName) -> Sequence[PastChange]:
        """What was done to a list, oldest first."""
        ...

    async def uses(self, name: ListName, code: str) -> Uses:
        """Where a code is held now."""
        ...

    async def texts(self, family: Family) -> Sequence[DatedText]:
        """The texts of a family, with all their versions, by key."""
        ...

    async def text(self, key: str) -> DatedText:
        """A text with all its versions. Raises UnknownText."""
        ...

    async def add_wording(self, text: DatedText) -> None:
        """Stores the last version of a text. Raises RaceLost."""
        ...

    async def territories(self) -> Sequence[Territory]:
        """All territories, by code."""
        ...

    async def territory(self, code: str) -> Territory | None:
        """A territory."""
        ...

    async def save_territory(self, changed: Territory, change: Change, act: Act) -> int:
        """Stores a territory, new or changed, and its history; says its version. Raises RaceLost."""
        ...

    async def remove_territory(self, removed: Territory, act: Act) -> int:
        """Removes a territory that nothing holds, and says so in its history; gives the version of that.

        Raises RaceLost, TerritoryInUse, UnassignedIsKept.
        """
        ...

    async def territory_history(self, code: str) -> Sequence[PastChange]:
        """What was done to a territory, oldest first."""
        ...

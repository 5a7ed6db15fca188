"""Files go on naming people under households whose dossier was absorbed: what they say is for the one that remains."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from services.contracts.domain.dossiers.model import Dossier


@dataclass(frozen=True)
class Remaining:
    """Dossiers by id: those that a file may mean, and those into which they were merged."""

    by_id: Mapping[UUID, Dossier] = field(default_factory=dict)

    def of(self, found: Dossier) -> Dossier:
        """The dossier that the person has now: the one found, or what absorbed it."""
        while found.merged_into is not None:
            found = self.by_id[found.merged_into]
        return found


def of_each_person(dossiers: Iterable[Dossier]) -> list[Dossier]:
    """One for each person: what was absorbed counts where the one that remains is not among them."""
    kept: dict[UUID, Dossier] = {}
    for one in dossiers:
        if one.current_id not in kept or one.merged_into is None:
            kept[one.current_id] = one
    return list(kept.values())

"""The lists that contracts keeps, as far as studies follow them: what can be asked, ranks, codes that rules name."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Self

from services.validation.domain.rules import CommissionKindNotUsable, UnknownCommissionKind
from shared.events.reference import ListChanged, ListEntry
from shared.kernel.errors import FieldProblem


class ListName(StrEnum):
    """The lists that are kept here; contracts tells others."""

    COMMISSION_KINDS = "commission-kinds"
    PRIORITIES = "priorities"
    REQUESTS = "requests"
    NATURES = "natures"
    DECISION_MOTIVES = "decision-motives"
    COMPLEMENTS = "complements"


@dataclass(frozen=True)
class KeptList:
    """A list at a version. `version` 0: as it is shipped, nothing of it was told yet."""

    name: ListName
    version: int = 0
    entries: tuple[ListEntry, ...] = ()

    @classmethod
    def told(cls, event: ListChanged) -> Self:
        """The list that this event tells. Raises ValueError for one that is not kept here."""
        return cls(ListName(event.list_id), event.aggregate_version, event.entries)

    def ranks(self) -> Mapping[str, int]:
        """The rank of each code that has one; smaller is sooner."""
        return {entry.id: entry.rank for entry in self.entries if entry.rank is not None}

    def find(self, code: str) -> ListEntry | None:
        """The entry of a code, in use or not."""
        return next((entry for entry in self.entries if entry.id == code), None)

    def codes(self) -> frozenset[str]:
        """Every code, in use or not."""
        return frozenset(entry.id for entry in self.entries)

    def usable(self, code: str, on: date) -> bool:
        """Whether the list has this code, in use that day."""
        entry = self.find(code)
        return entry is not None and _usable(entry, on)

    def label(self, code: str, on: date) -> str:
        """What is shown for a code that day; of one that is not in the list, the code itself."""
        entry = self.find(code)
        return code if entry is None else _label(entry, on)


def usable_kind(kinds: KeptList, code: str, on: date) -> str:
    """The code of a commission that can be asked that day (legal date).

    Raises UnknownCommissionKind, CommissionKindNotUsable.
    """
    entry = kinds.find(code)
    if entry is None:
        known = ", ".join(f"« {one.id} »" for one in kinds.entries if _usable(one, on))
        detail = f"Ce type de commission n'est pas dans la liste du Département. Possibles : {known}."
        raise UnknownCommissionKind(detail, [FieldProblem("kind", "unknown-commission-kind", detail)])
    if not _usable(entry, on):
        detail = _why(entry, on)
        raise CommissionKindNotUsable(detail, [FieldProblem("kind", "commission-kind-not-usable", detail)])
    return entry.id


def _usable(entry: ListEntry, on: date) -> bool:
    return entry.usable_from <= on and (entry.usable_until is None or on <= entry.usable_until)


def _label(entry: ListEntry, on: date) -> str:
    return [label.label for label in entry.labels if label.since <= on or label is entry.labels[0]][-1]


def _why(entry: ListEntry, on: date) -> str:
    shown = _label(entry, on)
    if on < entry.usable_from:
        return f"« {shown} » ne se choisit qu'à partir du {entry.usable_from:%d/%m/%Y} : choisissez-en un autre."
    return f"« {shown} » ne se choisit plus depuis le {entry.usable_until:%d/%m/%Y} : choisissez-en un autre."

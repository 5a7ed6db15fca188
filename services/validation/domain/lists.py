"""The lists that contracts keeps, as far as a study follows them: kinds of commission, ranks of priorities."""

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


def usable_kind(kinds: KeptList, code: str, on: date) -> str:
    """The code of a commission that can be asked that day (legal date).

    Raises UnknownCommissionKind, CommissionKindNotUsable.
    """
    entry = next((one for one in kinds.entries if one.id == code), None)
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


def _why(entry: ListEntry, on: date) -> str:
    shown = [label.label for label in entry.labels if label.since <= on] or [entry.labels[0].label]
    if on < entry.usable_from:
        return f"« {shown[-1]} » ne se choisit qu'à partir du {entry.usable_from:%d/%m/%Y} : choisissez-en un autre."
    return f"« {shown[-1]} » ne se choisit plus depuis le {entry.usable_until:%d/%m/%Y} : choisissez-en un autre."

"""A list of the département: choices in their order, each usable from a date, never removed once it was used.

A code is stored and travels in events; its label is shown. A label holds from a date, so that what was signed under the
former one stays what it was.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any

from services.contracts.domain.reference.rules import EntryInUse, FixedList, PastEffect, UnknownEntry
from shared.kernel.errors import FieldProblem, Invalid

# A priority that the admin adds without a rank stands before the ordinary one: it was chosen because the CER is not.
DEFAULT_RANK = 50


class ListName(StrEnum):
    """The lists that the software knows what to do with."""

    THEMES = "themes"
    PRIORITIES = "priorities"
    DIAGNOSTICS = "diagnostics"
    REQUESTS = "requests"
    COMMISSION_KINDS = "commission-kinds"
    NATURES = "natures"
    DECISION_MOTIVES = "decision-motives"
    COMPLEMENTS = "complements"


# Validation's: contracts does not see which codes its sessions, decisions and returns hold.
KEPT_ELSEWHERE = frozenset({ListName.COMMISSION_KINDS, ListName.DECISION_MOTIVES, ListName.COMPLEMENTS})


@dataclass(frozen=True)
class Label:
    """What is shown for a code, from this day."""

    since: date
    words: str


@dataclass(frozen=True)
class Entry:
    """A choice. `usable_until` is the last day of use; `rank` sorts worklists, smaller first; `used`: a CER held it."""

    code: str
    labels: tuple[Label, ...]
    usable_from: date
    usable_until: date | None = None
    rank: int | None = None
    used: bool = False

    def label(self, on: date) -> str:
        """The label of that day; before the first one, the first."""
        held = [label.words for label in self.labels if label.since <= on]
        return held[-1] if held else self.labels[0].words

    def usable(self, on: date) -> bool:
        """Whether it can be chosen that day."""
        return self.usable_from <= on and (self.usable_until is None or on <= self.usable_until)


@dataclass(frozen=True)
class Wish:
    """What the admin wants of an entry. `label_since` is the day from which the label is shown, today if none."""

    label: str
    label_since: date | None = None
    usable_from: date | None = None
    usable_until: date | None = None
    rank: int | None = None


@dataclass(frozen=True)
class Change:
    """What was done to a list: `add`, `change`, `remove` or `reorder`, with what stood there before and after."""

    verb: str
    code: str | None
    before: Any
    after: Any


@dataclass(frozen=True)
class Uses:
    """How many CERs hold a code now."""

    cers: int


@dataclass(frozen=True)
class ReferenceList:
    """The aggregate, as a value: each change gives the list of the next version."""

    name: ListName
    entries: tuple[Entry, ...]
    version: int = 0
    _by_code: dict[str, Entry] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_code", {entry.code: entry for entry in self.entries})

    def find(self, code: str) -> Entry | None:
        """The entry of a code, usable or not."""
        return self._by_code.get(code)

    def get(self, code: str) -> Entry:
        """The entry of a code. Raises UnknownEntry."""
        entry = self.find(code)
        if entry is None:
            raise UnknownEntry(f"La liste « {self.name} » n'a pas de choix « {code} ».")
        return entry

    def put(self, code: str, wish: Wish, today: date) -> tuple["ReferenceList", Change | None]:
        """Adds an entry at the end, or changes the one that has this code; no change when nothing differs.

        Raises PastEffect, Invalid, FixedList.
        """
        self._check(wish, today)
        known = self.find(code)
        if known is None:
            return self._added(code, wish, today)
        return self._changed(known, wish, today)

    def remove(self, code: str, uses: Uses) -> tuple["ReferenceList", Change]:
        """Without this entry, which no CER ever held. Raises UnknownEntry, EntryInUse, FixedList."""
        entry = self.get(code)
        if self.name is ListName.NATURES:
            raise FixedList("Une nature de CER ne se retire pas : le logiciel en dépend.")
        if self.name in KEPT_ELSEWHERE:
            raise EntryInUse(
                "Des études ou des séances de commission peuvent porter ce choix : "
                "donnez-lui une date de fin au lieu de le retirer."
            )
        if uses.cers:
            raise EntryInUse(
                f"Le choix « {code} » de la liste « {self.name} » est utilisé dans {uses.cers} CER : donnez-lui une "
                "date de fin au lieu de le retirer."
            )
        if entry.used:
            raise EntryInUse(
                f"Le choix « {code} » de la liste « {self.name} » a déjà servi dans un CER, modifié ou supprimé "
                "depuis : donnez-lui une date de fin au lieu de le retirer."
            )
        kept = tuple(other for other in self.entries if other.code != code)
        return self._next(kept), Change("remove", code, plain(entry), None)

    def reorder(self, codes: Sequence[str]) -> tuple["ReferenceList", Change | None]:
        """The entries in this order, which names each of them once. Raises Invalid."""
        before = [entry.code for entry in self.entries]
        if sorted(codes) != sorted(before):
            problem = FieldProblem("codes", "not-the-same", "Nommez chaque choix de la liste, une fois.")
            raise Invalid("L'ordre doit nommer chaque choix de la liste une seule fois.", [problem])
        if list(codes) == before:
            return self, None
        return self._next(tuple(self.get(code) for code in codes)), Change("reorder", None, before, list(codes))

    def _added(self, code: str, wish: Wish, today: date) -> tuple["ReferenceList", Change]:
        if self.name is ListName.NATURES:
            raise FixedList("Les natures de CER sont fixées par le logiciel : seul leur libellé se change.")
        labels = (Label(wish.label_since or today, wish.label),)
        rank = self._rank(wish, None)
        added = _ordered(Entry(code, labels, wish.usable_from or today, wish.usable_until, rank))
        return self._next((*self.entries, added)), Change("add", code, None, plain(added))

    def _changed(self, known: Entry, wish: Wish, today: date) -> tuple["ReferenceList", Change | None]:
        changed = _ordered(
            replace(
                known,
                labels=_relabelled(known, wish, today),
                usable_from=wish.usable_from or known.usable_from,
                usable_until=wish.usable_until,
                rank=self._rank(wish, known),
            )
        )
        if changed == known:
            return self, None
        if self.name is ListName.NATURES and (changed.usable_from, changed.usable_until) != (known.usable_from, None):
            raise FixedList("Une nature de CER ne se désactive pas : le logiciel en dépend. Changez son libellé.")
        entries = tuple(changed if entry.code == known.code else entry for entry in self.entries)
        return self._next(entries), Change("change", known.code, plain(known), plain(changed))

    def _check(self, wish: Wish, today: date) -> None:
        if wish.label_since is not None and wish.label_since < today:
            problem = FieldProblem("label_since", "past-effect", "Choisissez aujourd'hui ou une date à venir.")
            raise PastEffect("Un libellé qui a été montré ne se réécrit pas : donnez une date d'effet.", [problem])
        if wish.rank is not None and self.name is not ListName.PRIORITIES:
            problem = FieldProblem("rank", "not-a-priority", "Seules les priorités ont un rang.")
            raise Invalid("Cette liste n'a pas de rang : son ordre se change à part.", [problem])

    def _rank(self, wish: Wish, known: Entry | None) -> int | None:
        if self.name is not ListName.PRIORITIES or wish.rank is not None:
            return wish.rank
        return known.rank if known is not None else DEFAULT_RANK

    def _next(self, entries: tuple[Entry, ...]) -> "ReferenceList":
        return ReferenceList(self.name, entries, self.version)


def _relabelled(known: Entry, wish: Wish, today: date) -> tuple[Label, ...]:
    """The labels with the one wished; it takes the place of one planned for the same day."""
    since = wish.label_since or today
    if known.label(since) == wish.label and wish.label_since is None:
        return known.labels
    others = [label for label in known.labels if label.since != since]
    return tuple(sorted([*others, Label(since, wish.label)], key=lambda label: label.since))


def _ordered(entry: Entry) -> Entry:
    """The entry, whose use does not end before it begins. Raises Invalid."""
    if entry.usable_until is not None and entry.usable_until < entry.usable_from:
        problem = FieldProblem("usable_until", "before-start", "La fin d'usage doit suivre le début.")
        raise Invalid("La fin d'usage est avant le début : corrigez l'une des deux dates.", [problem])
    return entry


def plain(entry: Entry) -> dict[str, Any]:
    """The entry as the history shows it."""
    return {
        "labels": [{"since": label.since.isoformat(), "label": label.words} for label in entry.labels],
        "usable_from": entry.usable_from.isoformat(),
        "usable_until": entry.usable_until.isoformat() if entry.usable_until else None,
        "rank": entry.rank,
    }

"""Checks the chain, entry after entry: what was changed, added, taken out, moved, cut off or made anew."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.audit.entry import NOTHING_BEFORE, Entry, Head, head_of

# CNIL, délibération 2021-122: access logs are kept six months at least, twelve at most but for good reason.
KEPT_AT_LEAST = timedelta(days=183)


@dataclass(frozen=True)
class Flaw:
    """The first entry at which the chain is not what it was, and how that shows."""

    code: str
    entry_id: int
    words: str


class Verifier:
    """Fed with entries by id, from the oldest kept; `heads` are those that somebody holds or that were published.

    `anchor` is the head at which the entries before were pruned, and `now` the time of the check: a pruning that took
    entries younger than what the law has kept is a flaw.
    """

    def __init__(self, heads: list[Head], anchor: Head | None, now: datetime) -> None:
        self._held: dict[int, set[bytes]] = {}
        for head in heads:
            self._held.setdefault(head.id, set()).add(head.hash)
        self._newest = max(heads, key=lambda head: head.id, default=None)
        self._last = anchor
        self._anchor, self._now, self._given = anchor, now, heads
        self.checked = 0

    @property
    def head(self) -> Head | None:
        """Where the chain stands after what was fed."""
        return self._last

    def begin(self) -> Flaw | None:
        """What is wrong before the first entry: the place where older ones were pruned."""
        if self._anchor is None:
            return None
        for head in sorted(self._given, key=lambda one: one.id):
            if head.id == self._anchor.id and head.hash != self._anchor.hash:
                return _remade(head)
            if head.id <= self._anchor.id and head.at > self._now - KEPT_AT_LEAST:
                return Flaw("pruned-early", head.id, "cette entrée devait encore être conservée : elle a été ôtée")
        return None

    def feed(self, entry: Entry) -> Flaw | None:
        """Checks the next entry."""
        number = self._last.id + 1 if self._last else 1
        previous = self._last.hash if self._last else NOTHING_BEFORE
        if entry.id != number:
            return Flaw("missing", number, f"l'entrée {number} manque (la suivante porte le numéro {entry.id})")
        if not entry.genuine:
            return Flaw("changed", entry.id, "son contenu ne correspond plus à son empreinte")
        if entry.previous_hash != previous:
            return Flaw("unchained", entry.id, "elle ne suit pas l'entrée qui la précède")
        if self._held.get(entry.id, {entry.hash}) != {entry.hash}:
            return _remade(head_of(entry))
        self._last = head_of(entry)
        self.checked += 1
        return None

    def end(self) -> Flaw | None:
        """What is wrong after the last entry: entries that a head proves are not there any more."""
        last = self._last.id if self._last else 0
        if self._newest is not None and self._newest.id > last:
            words = f"les entrées {last + 1} à {self._newest.id}, attestées par une empreinte publiée, ont été coupées"
            return Flaw("cut", last + 1, words)
        return None


def _remade(head: Head) -> Flaw:
    return Flaw("remade", head.id, "son empreinte n'est pas celle qui a été publiée : la chaîne a été refaite")

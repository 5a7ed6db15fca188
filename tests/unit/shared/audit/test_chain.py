"""The chain of the audit: what an entry's fingerprint covers, and every way of changing the past is seen."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest

from shared.audit.entry import Entry, Head, Record, canonical, chain, fingerprint, head_of
from shared.audit.verifier import Flaw, Verifier
from tests.builders.contracts import CER_ID, DOSSIER_ID, NOW

TAMPERINGS = 1_000
LENGTH = 40
PUBLISHED = 30  # the entry of the last head that somebody else holds


def record(number: int = 0) -> Record:
    return Record(
        at=NOW + timedelta(seconds=number),
        actor=f"agent-{number % 7}",
        role="referent",
        operation="read-dossier",
        outcome="ok",
        dossiers=(UUID(int=number + 1),),
        relation="own",
    )


def chained(records: list[Record], before: Head | None = None) -> list[Entry]:
    entries = []
    for one in records:
        entry = chain(one, before)
        before = head_of(entry)
        entries.append(entry)
    return entries


def verify(entries: list[Entry], heads: list[Head], anchor: Head | None = None) -> Flaw | None:
    verifier = Verifier(heads, anchor, NOW + timedelta(days=400))
    if flaw := verifier.begin():
        return flaw
    for entry in entries:
        if flaw := verifier.feed(entry):
            return flaw
    return verifier.end()


def test_the_canonical_bytes_are_those_that_the_page_shows() -> None:
    one = Record(
        at=datetime(2026, 3, 12, 9, 30, 0, 5, tzinfo=UTC),
        actor="agent-mirabel",
        role="referent",
        operation="read-cer",
        outcome="ok",
        dossiers=(DOSSIER_ID,),
        cers=(CER_ID,),
        relation="own",
    )

    assert canonical(1, one).decode() == (
        '{"actor":"agent-mirabel","at":"2026-03-12T09:30:00.000005Z","cers":["01980000-0000-7000-8000-0000000000c1"],'
        '"dossiers":["01980000-0000-7000-8000-0000000000d1"],"id":1,"on_behalf_of":null,"operation":"read-cer",'
        '"outcome":"ok","relation":"own","role":"referent"}'
    )
    assert fingerprint(1, one, bytes(32)).hex() == "b1f763606742cae8e5bca5ecc088afad33d23fb2ceefc1360a7802b69d483e46"


def test_a_chain_that_nobody_touched_is_found_whole() -> None:
    entries = chained([record(number) for number in range(LENGTH)])

    assert verify(entries, [head_of(entries[PUBLISHED - 1]), head_of(entries[-1])]) is None
    assert verify([], []) is None


def update(entries: list[Entry], at: int, random: Random) -> list[Entry]:
    was = entries[at].record
    change: dict[str, Any] = random.choice(
        [
            {"actor": "agent-autre"},
            {"at": was.at + timedelta(microseconds=1)},
            {"outcome": "forbidden"},
            {"dossiers": ()},
            {"cers": (CER_ID,)},
            {"relation": None},
            {"on_behalf_of": "agent-1"},
            {"operation": "list-cers"},
            {"role": "admin"},
        ]
    )
    return [*entries[:at], replace(entries[at], record=replace(was, **change)), *entries[at + 1 :]]


def forge(entries: list[Entry], at: int, random: Random) -> list[Entry]:
    """Changes an entry and its fingerprint, but not what follows."""
    changed = update(entries, at, random)
    one = changed[at]
    changed[at] = replace(one, hash=fingerprint(one.id, one.record, one.previous_hash))
    return changed


def delete(entries: list[Entry], at: int, _: Random) -> list[Entry]:
    return [*entries[:at], *entries[at + 1 :]]


def insert(entries: list[Entry], at: int, _: Random) -> list[Entry]:
    """Slips an entry in, the later ones numbered anew."""
    slipped = chain(record(99), head_of(entries[at]))
    return [*entries[: at + 1], slipped, *(replace(one, id=one.id + 1) for one in entries[at + 1 :])]


def swap(entries: list[Entry], at: int, random: Random) -> list[Entry]:
    """Two entries take each other's place, each with its fingerprint."""
    other = random.choice([place for place in range(len(entries)) if place != at])
    moved = list(entries)
    moved[at] = replace(entries[other], id=entries[at].id)
    moved[other] = replace(entries[at], id=entries[other].id)
    return moved


def cut(entries: list[Entry], at: int, _: Random) -> list[Entry]:
    return entries[:at]


def cut_the_beginning(entries: list[Entry], at: int, _: Random) -> list[Entry]:
    return entries[at + 1 :]


def remake(entries: list[Entry], at: int, random: Random) -> list[Entry]:
    """A database owner changes an entry, then computes every fingerprint from there on."""
    return chained([one.record for one in update(entries, at, random)])


def remake_without(entries: list[Entry], at: int, _: Random) -> list[Entry]:
    """The same, an entry left out."""
    return chained([one.record for one in delete(entries, at, _)])


HANDS: list[Callable[[list[Entry], int, Random], list[Entry]]] = [
    update, forge, delete, insert, swap, cut, cut_the_beginning, remake, remake_without,
]  # fmt: skip


def test_a_thousand_tamperings_before_the_last_published_head_are_all_found() -> None:
    random = Random(7033)
    entries = chained([record(number) for number in range(LENGTH)])
    heads = [head_of(entries[PUBLISHED - 1])]

    unseen = [
        (hand.__name__, at)
        for number in range(TAMPERINGS)
        for hand in [HANDS[number % len(HANDS)]]
        for at in [random.randrange(PUBLISHED)]
        if verify(hand(entries, at, random), heads) is None
    ]

    assert unseen == []


@pytest.mark.parametrize(
    ("hand", "code"),
    [(update, "changed"), (forge, "unchained"), (delete, "missing"), (cut, "cut"), (remake, "remade")],
)
def test_what_was_done_is_named_with_the_first_entry_at_which_it_shows(
    hand: Callable[[list[Entry], int, Random], list[Entry]], code: str
) -> None:
    entries = chained([record(number) for number in range(LENGTH)])

    flaw = verify(hand(entries, 10, Random(1)), [head_of(entries[PUBLISHED - 1])])

    assert flaw is not None
    assert flaw.code == code
    first = {"forge": 12, "remake": PUBLISHED}.get(hand.__name__, 11)
    assert flaw.entry_id == first


def test_two_heads_that_differ_for_one_entry_are_never_both_right() -> None:
    entries = chained([record(number) for number in range(LENGTH)])
    held = head_of(entries[PUBLISHED - 1])

    flaw = verify(entries, [held, replace(held, hash=bytes(32))])

    assert flaw is not None
    assert flaw.code == "remade"


def test_a_pruned_chain_is_verified_from_its_anchor() -> None:
    entries = chained([record(number) for number in range(LENGTH)])
    anchor, last = head_of(entries[9]), head_of(entries[-1])

    assert verify(entries[10:], [anchor, last], anchor) is None
    assert verify(entries[11:], [anchor, last], anchor) is not None
    assert verify(entries[10:], [replace(anchor, hash=bytes(32)), last], anchor) is not None


def test_pruning_entries_that_the_law_still_keeps_is_found() -> None:
    entries = chained([record(number) for number in range(LENGTH)])
    anchor = head_of(entries[9])
    verifier = Verifier([anchor], anchor, NOW + timedelta(days=30))

    flaw = verifier.begin()

    assert flaw is not None
    assert flaw.code == "pruned-early"

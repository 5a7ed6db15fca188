"""A print batch: where each edition goes, how far it is, and the list before it."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.documents.domain.print_list import LINES, Line, print_lists
from services.documents.domain.printing import MOST_EDITIONS, Batch, BatchState, Item, check_editions
from services.documents.domain.samples import LETTERHEAD
from shared.kernel.errors import Invalid


def batch(*items: Item, **changes: Any) -> Batch:
    given_: dict[str, Any] = {"state": BatchState.EN_COURS, "recto_verso": False, "items": items} | changes
    return Batch(id=UUID(int=0), agent="agent-1", title="Courriers", made_at=datetime(2026, 3, 2, tzinfo=UTC), **given_)


@given(
    pages=st.lists(st.tuples(st.integers(1, 30), st.booleans()), max_size=30),
    before=st.integers(1, 9),
    recto_verso=st.booleans(),
)
def test_editions_follow_one_another_after_the_list(
    pages: list[tuple[int, bool]], before: int, recto_verso: bool
) -> None:
    items = [Item(UUID(int=place), place, 0, "unreadable" if lost else None) for place, (_, lost) in enumerate(pages)]
    of = {UUID(int=place): count for place, (count, _) in enumerate(pages)}

    placed, total = batch(*items, recto_verso=recto_verso).placed(of, before)

    assert placed.keys() == {item.edition_id for item in items if item.failure is None}
    ends = [before, *(start + of[one] - 1 for one, start in placed.items())]
    starts = [*placed.values(), total + 1]
    for end, start in zip(ends, starts, strict=True):
        assert start - end - 1 == (end % 2 if recto_verso else 0)
    assert not recto_verso or all(start % 2 for start in starts)


def test_progress_counts_editions_whose_part_is_done() -> None:
    items = tuple(Item(UUID(int=place)) for place in range(250))
    assert batch(*items).done == 0
    assert batch(*items, parts=3, parts_done=2).done == 166
    assert batch(*items, parts=3, parts_done=3, state=BatchState.PRET).done == 250


@pytest.mark.parametrize(
    ("asked", "word"), [([], "au moins une"), (list(range(MOST_EDITIONS + 1)), "au plus"), ([1, 2, 1], "deux fois")]
)
def test_none_too_many_or_one_twice_are_refused(asked: list[int], word: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_editions([UUID(int=number) for number in asked])
    assert word in refused.value.fields[0].message


def test_a_long_list_is_set_in_pieces_and_says_first_what_is_missing() -> None:
    lines = [Line(name=f"Personne {number}", what="CER n° 1", page=number) for number in range(1, LINES + 2)]
    lines.insert(50, Line(name="Absente", what="CER n° 2", failure="fichier introuvable"))

    first, second = print_lists("Courriers", date(2026, 3, 2), LETTERHEAD, lines)

    assert [line.name for line in first.lost] == ["Absente"]
    assert (len(first.printed), len(second.printed), second.lost) == (LINES - 1, 2, ())
    assert first.count == second.count == LINES + 1
    assert [piece.foot for piece in (first, second)] == ["Courriers · liste 1 sur 2", "Courriers · liste 2 sur 2"]

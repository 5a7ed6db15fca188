"""What many ask for at the same time is done together, and each hears of its own."""

import asyncio
from collections.abc import Sequence

import pytest

from shared.database.grouped import Grouped


class Counter:
    """Doubles numbers, slowly: a turn lasts until it is let go. Odd ones fail."""

    def __init__(self, at_a_time: int = 100) -> None:
        self.turns: list[list[int]] = []
        self.begun = asyncio.Event()
        self.go = asyncio.Event()
        self._at_a_time = at_a_time

    async def double(self, wishes: Sequence[int]) -> list[int | Exception]:
        self.turns.append(list(wishes))
        self.begun.set()
        await self.go.wait()
        return [ValueError(wish) if wish % 2 else wish * 2 for wish in wishes[: self._at_a_time]]


async def test_what_is_asked_during_a_turn_is_the_next_turns_and_nobody_waits_for_more() -> None:
    counter = Counter()
    doubled = Grouped(counter.double)
    first = asyncio.create_task(doubled(2))
    await counter.begun.wait()
    others = [asyncio.create_task(doubled(number)) for number in (4, 6, 8)]
    await asyncio.sleep(0)
    counter.go.set()
    assert await asyncio.gather(first, *others) == [4, 8, 12, 16]
    assert counter.turns == [[2], [4, 6, 8]]
    assert await doubled(10) == 20
    assert counter.turns[2:] == [[10]]


async def test_one_that_fails_is_told_to_the_one_who_asked() -> None:
    counter = Counter()
    counter.go.set()
    doubled = Grouped(counter.double)
    two, three, four = await asyncio.gather(doubled(2), doubled(3), doubled(4), return_exceptions=True)
    assert (two, four) == (4, 8)
    assert isinstance(three, ValueError)


async def test_a_turn_that_fails_is_told_to_all_and_the_next_one_goes_on() -> None:
    turns: list[Sequence[int]] = []

    async def once(wishes: Sequence[int]) -> Sequence[int]:
        turns.append(wishes)
        if len(turns) == 1:
            raise OSError("away")
        return wishes

    same = Grouped(once)
    failed = await asyncio.gather(same(1), same(2), return_exceptions=True)
    assert [type(error) for error in failed] == [OSError, OSError]
    assert await same(3) == 3


async def test_what_a_turn_leaves_passes_before_what_came_since_and_no_turn_is_larger_than_it_may_be() -> None:
    counter = Counter(at_a_time=2)
    counter.go.set()
    doubled = Grouped(counter.double, most=3)
    assert await asyncio.gather(*(doubled(number) for number in (2, 4, 6, 8, 10))) == [4, 8, 12, 16, 20]
    assert counter.turns == [[2, 4, 6], [6, 8, 10], [10]]


async def test_one_who_went_away_stops_nobody_and_is_not_asked_for() -> None:
    counter = Counter()
    doubled = Grouped(counter.double)
    first = asyncio.create_task(doubled(2))
    await counter.begun.wait()
    gone, stays = asyncio.create_task(doubled(4)), asyncio.create_task(doubled(6))
    await asyncio.sleep(0)
    first.cancel()
    gone.cancel()
    await asyncio.sleep(0)
    counter.go.set()
    assert await stays == 12
    await doubled.settled()
    assert counter.turns == [[2], [6]]
    with pytest.raises(asyncio.CancelledError):
        await first


async def test_with_a_pause_what_comes_right_after_a_turn_is_gathered_and_what_comes_later_waits_for_nobody() -> None:
    counter = Counter()
    counter.go.set()
    doubled = Grouped(counter.double, pause=0.5)
    assert await doubled(2) == 4
    second = asyncio.create_task(doubled(4))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    third = asyncio.create_task(doubled(6))
    assert list(await asyncio.gather(second, third)) == [8, 12]
    assert counter.turns == [[2], [4, 6]]


async def test_who_comes_right_after_a_turn_waits_until_there_are_enough() -> None:
    counter = Counter()
    counter.go.set()
    doubled = Grouped(counter.double, pause=3600.0, enough=2)
    assert await doubled(2) == 4
    waits = asyncio.create_task(doubled(4))
    for _ in range(5):
        await asyncio.sleep(0)
    assert counter.turns == [[2]]
    six = await doubled(6)
    assert (await waits, six) == (8, 12)
    assert counter.turns == [[2], [4, 6]]


async def test_where_one_is_enough_nobody_waits() -> None:
    counter = Counter()
    counter.go.set()
    doubled = Grouped(counter.double, pause=3600.0, enough=1)
    assert [await doubled(2), await doubled(4)] == [4, 8]

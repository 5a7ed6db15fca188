"""Who renders next: agents before batches, batches not for ever after."""

import asyncio

import pytest

from services.documents.adapters.rendering.turns import Turns


class Line:
    """Those who wait for one turn, and the order in which they got it."""

    def __init__(self, turns: Turns) -> None:
        self.turns = turns
        self.served: list[str] = []
        self.tasks: dict[str, asyncio.Task[None]] = {}

    async def comes(self, name: str) -> None:
        self.tasks[name] = asyncio.create_task(self._wait(name))
        await asyncio.sleep(0)

    async def _wait(self, name: str) -> None:
        async with self.turns.turn(batch=name.startswith("letter")):
            self.served.append(name)

    async def end(self) -> list[str]:
        await asyncio.gather(*self.tasks.values(), return_exceptions=True)
        return self.served


@pytest.mark.parametrize(
    ("patience", "expected"),
    [
        (60.0, ["agent 1", "agent 2", "letter 1", "letter 2"]),
        (0.0, ["letter 1", "agent 1", "letter 2", "agent 2"]),
    ],
)
async def test_an_agent_passes_before_a_letter_that_did_not_wait_too_long(patience: float, expected: list[str]) -> None:
    line = Line(Turns(1, patience))
    async with line.turns.turn(batch=True):
        for name in ("letter 1", "agent 1", "letter 2", "agent 2"):
            await line.comes(name)
        assert line.served == []
    assert await line.end() == expected


async def test_as_many_as_there_are_processes_go_at_once() -> None:
    line = Line(Turns(2))
    async with line.turns.turn(batch=True):
        await line.comes("letter")
        assert line.served == ["letter"]


async def test_who_gives_up_waiting_keeps_nobody_waiting() -> None:
    line = Line(Turns(1))
    async with line.turns.turn(batch=False):
        for name in ("agent 1", "agent 2", "agent 3"):
            await line.comes(name)
        line.tasks["agent 1"].cancel()
        await asyncio.sleep(0)
    line.tasks["agent 2"].cancel()  # it was just called
    assert await line.end() == ["agent 3"]
    async with line.turns.turn(batch=False):
        pass

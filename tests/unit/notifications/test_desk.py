"""Where messages are handed over: so many at a time, at the provider's pace, and nobody waits past their lease."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import pytest

from services.notifications.application.commands.desk import Desk
from services.notifications.application.ports import Accepted, Answer, Parcel, Words
from shared.kernel.ids import new_id
from tests.builders.notifications import NOW


@dataclass
class Provider:
    """Takes its time: it answers once it is told to. It lets pass whoever asks, or nobody."""

    provider: str = "smtp"
    open: bool = True
    has: list[Parcel] = field(default_factory=list)
    most: int = 0
    answers: asyncio.Event = field(default_factory=asyncio.Event)

    async def wait(self, _: str) -> None:
        if not self.open:
            await asyncio.Event().wait()

    async def send(self, parcel: Parcel, handing_over: Callable[[], Awaitable[None]]) -> Answer:
        await handing_over()
        self.has.append(parcel)
        self.most = max(self.most, len(self.has))
        await self.answers.wait()
        self.has.remove(parcel)
        return Accepted("smtp")

    async def close(self) -> None:
        """Nothing is held."""


async def nothing() -> None:
    """Nothing to write down."""


def parcel() -> Parcel:
    return Parcel(new_id(), "jeanne.fictive@example.org", Words("Objet", "Texte", "<p>Texte</p>"), NOW)


def desk(provider: Provider, places: int, patience: float = 60.0) -> Desk:
    return Desk(provider, provider, asyncio.Semaphore(places), patience)


async def test_as_many_are_handed_over_at_a_time_as_there_are_places() -> None:
    provider = Provider()
    one = desk(provider, places=2)
    sending = [asyncio.create_task(one.send(parcel(), nothing)) for _ in range(6)]
    while len(provider.has) < 2:
        await asyncio.sleep(0)
    provider.answers.set()
    assert await asyncio.gather(*sending) == [Accepted("smtp")] * 6
    assert provider.most == 2


async def test_who_waits_for_too_long_goes_away_and_what_the_provider_has_is_awaited() -> None:
    provider = Provider()
    one = desk(provider, places=1, patience=0.05)
    first = asyncio.create_task(one.send(parcel(), nothing))
    while not provider.has:
        await asyncio.sleep(0)
    assert await one.send(parcel(), nothing) is None
    assert len(provider.has) == 1
    provider.answers.set()
    assert await first == Accepted("smtp")


async def test_who_waits_for_the_pace_for_too_long_leaves_their_place_to_others() -> None:
    provider = Provider(open=False)
    provider.answers.set()
    one = desk(provider, places=1, patience=0.05)
    assert await one.send(parcel(), nothing) is None
    provider.open = True
    assert await one.send(parcel(), nothing) == Accepted("smtp")


async def test_what_fails_leaves_its_place_to_others() -> None:
    provider = Provider()
    provider.answers.set()
    one = desk(provider, places=1)

    async def lost() -> None:
        raise RuntimeError("the lease is another's")

    with pytest.raises(RuntimeError, match="lease"):
        await one.send(parcel(), lost)
    assert await one.send(parcel(), nothing) == Accepted("smtp")

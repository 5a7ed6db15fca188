"""Where messages of one channel are handed over: so many at a time, no faster than the provider is to be asked."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from services.notifications.application.ports import Answer, Carrier, Pacer, Parcel


@dataclass(frozen=True)
class Desk:
    """More are made ready in front of it than it has `places`, so that the provider never waits for words.

    Whoever waits for longer than `patience_seconds` goes away: their lease would end while the provider has the mail.
    """

    carrier: Carrier
    pacer: Pacer
    places: asyncio.Semaphore
    patience_seconds: float

    async def send(self, parcel: Parcel, handing_over: Callable[[], Awaitable[None]]) -> Answer | None:
        """What the provider answers; none when its turn did not come."""
        try:
            async with asyncio.timeout(self.patience_seconds):
                await self._turn()
        except TimeoutError:
            return None
        try:
            return await self.carrier.send(parcel, handing_over)
        finally:
            self.places.release()

    async def _turn(self) -> None:
        await self.places.acquire()
        try:
            await self.pacer.wait(self.carrier.provider)
        except BaseException:
            self.places.release()
            raise

"""How long a sealed file proves something by itself."""

import asyncio
from datetime import UTC, datetime

from services.signature.adapters.dossier_reading import is_pdf
from services.signature.adapters.trusting import Trust
from services.signature.adapters.verifying import Verdict, verify
from shared.kernel.clock import Clock

# An evidence that was kept as JSON alone has no proofs to renew: those of its CER are what lasts.
WITHOUT_PROOFS = datetime.max.replace(tzinfo=UTC)


class SealLasting:
    """Implements `Lasting` by verifying the file, in a thread."""

    def __init__(self, trust: Trust, clock: Clock) -> None:
        self._trust = trust
        self._clock = clock

    async def until(self, stored: bytes) -> datetime | None:
        if not is_pdf(stored):
            return WITHOUT_PROOFS
        found = await asyncio.to_thread(verify, stored, self._trust, self._clock.now())
        return found.until if found.verdict is Verdict.INTACT else None

"""Watches over the sealed files in the store: each proves something by itself until a day, and is stamped before."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.signature.application.commands.metrics import PROOFS_ENDING
from services.signature.application.ports import Requests
from services.signature.application.ports.kept import Kept, KeptFiles, KeptFilesOf, Lasting
from shared.database.engine import Database
from shared.database.unit_of_work import UnitOfWork
from shared.events.files import FileRef
from shared.kernel.clock import Clock
from shared.objects.store import Objects
from shared.telemetry.logs import get_logger

log = get_logger(__name__)

LOOKED_AT_ONCE = 50


@dataclass(frozen=True)
class Watch:
    """What looks at files; those that end within `days` are counted and warned of."""

    database: Database
    kept_of: KeptFilesOf
    objects: Objects
    lasting: Lasting
    clock: Clock
    days: int

    async def look(self) -> int:
        """Looks at some files that nobody has looked at yet: until when they hold; how many signatures."""
        async with self.database.begin() as uow:
            found = await self.kept_of(uow).not_looked_at(LOOKED_AT_ONCE)
        for kept in found:
            await self._note(kept)
        return len(found)

    async def warn(self) -> int:
        """Counts the signatures with a file that ends soon, in the metrics, and warns of them; how many."""
        before = self.clock.now() + timedelta(days=self.days)
        async with self.database.begin() as uow:
            ending = await self.kept_of(uow).count_ending(before)
        PROOFS_ENDING.set(ending)
        if ending:
            log.warning("seal.proofs_ending", signatures=ending, days=self.days)
        return ending

    async def _note(self, kept: Kept) -> None:
        ends = []
        for ref in kept.files:
            until = await self.lasting.until(await self.objects.get(ref))
            if until is None:
                log.error("seal.stored_not_intact", signature_id=str(kept.request_id), sha256=ref.sha256)
            ends.append(until or self.clock.now())
        async with self.database.begin() as uow:
            await self.kept_of(uow).ends(kept, min(ends))


@dataclass(frozen=True)
class Prolongation:
    """Longer files, by the addresses of those kept that they begin with; `until` is when the first of all ends."""

    kept: Kept
    longer: Mapping[str, FileRef]
    until: datetime


async def prolong(uow: UnitOfWork, requests: Requests, kept_files: KeptFiles, done: Prolongation) -> None:
    """Puts the longer files in the place of those kept, tells it, and notes until when they hold. Raises NotFound."""
    request = await requests.get(done.kept.request_id)
    told = request.prolong(done.longer)
    if told:
        uow.emit(*told)
        await requests.save(request)
    files = tuple(done.longer.get(ref.uri, ref) for ref in done.kept.files)
    await kept_files.ends(Kept(request.id, files), done.until)

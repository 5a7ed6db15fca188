"""What workers do with the bytes of pièces jointes: scan, destroy, sweep what no row points at."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from services.contracts.application.commands import metrics
from services.contracts.application.commands.files import FOLDER, destroy
from services.contracts.application.ports import StoresOf
from services.contracts.application.ports.files import ScanAway, Vault, Verdict, VirusScan
from services.contracts.domain.files.model import INFECTED, LOST, Attachment, AttachmentState
from shared.database.engine import Database
from shared.database.unit_of_work import UnitOfWork
from shared.kernel.clock import Clock
from shared.kernel.errors import NotFound
from shared.messaging.work import Done, Job, Outcome, RetryLater
from shared.objects.errors import ObjectAltered, ObjectMissing, ObjectsAway
from shared.objects.store import name_in

# An upload takes minutes from its first byte to its row; what is older and has no row never will.
ORPHAN_AFTER = timedelta(hours=2)
LONGEST_DELAY = timedelta(minutes=5)

Change = Callable[[Attachment], bool]


@dataclass(frozen=True)
class Analysis:
    """The scan of one file after another, and what it needs."""

    database: Database
    stores_of: StoresOf
    vault: Vault
    scanner: VirusScan

    async def scan(self, job: Job) -> Outcome:
        """Makes a file available, or refuses it and has its bytes destroyed. Tried until the scan answers."""
        attachment_id = UUID(job.payload["attachment_id"])
        async with self.database.read() as session:
            try:
                found = await self.stores_of(session).attachments.get(attachment_id)
            except NotFound:  # the dossier was erased
                return Done()
        return await self._scanned(job, found)

    async def _scanned(self, job: Job, found: Attachment) -> Outcome:
        if found.state is not AttachmentState.EN_ANALYSE:
            return Done()
        change: Change = Attachment.clean
        try:
            if await self.scanner.scan(await self.vault.get(found.content.file)) is Verdict.INFECTED:
                change = _infected
        except (ObjectMissing, ObjectAltered):
            change = _lost
        except ObjectsAway:
            return await self._later(job, found.id, "objects-away")
        except ScanAway as away:
            return await self._later(job, found.id, away.code)
        return Done(Recording(self.stores_of, found.id, change))

    async def give_up(self, job: Job, code: str) -> Outcome:
        """A file is never left in analysis without another try: what was not foreseen is a delay too."""
        return await self._later(job, UUID(job.payload["attachment_id"]), code)

    async def destroy(self, job: Job) -> Outcome:
        """Destroys the bytes of a file that was deleted, refused or erased. Tried until the store answers."""
        try:
            await self.vault.delete(name_in(job.payload["uri"]))
        except ObjectsAway:
            return RetryLater(_delay(job), "objects-away")
        return Done()

    async def destroy_later(self, job: Job, code: str) -> Outcome:
        """What must be gone is not given up."""
        return RetryLater(_delay(job), code)

    async def sweep(self, clock: Clock) -> int:
        """Destroys the files that no row points at: a crash between both. Says how many."""
        before = clock.now() - ORPHAN_AFTER
        swept = 0
        async for some in self.vault.listed(FOLDER):
            old = [one.name for one in some if one.stored_at < before]
            async with self.database.read() as session:
                kept = await self.stores_of(session).attachments.kept(old) if old else set()
            for name in sorted(set(old) - kept):
                await self.vault.delete(name)
                swept += 1
        metrics.FILES_SWEPT.inc(swept)
        return swept

    async def _later(self, job: Job, attachment_id: UUID, code: str) -> RetryLater:
        """Says on the file why it is still being analysed."""
        async with self.database.begin() as uow:
            await Recording(self.stores_of, attachment_id, lambda one: one.delayed(code))(uow)
        return RetryLater(_delay(job), code)


@dataclass(frozen=True)
class Recording:
    """Writes what a scan found, in the transaction that closes its row."""

    stores_of: StoresOf
    attachment_id: UUID
    change: Change

    async def __call__(self, uow: UnitOfWork) -> None:
        """Nothing is written of a file that was deleted meanwhile."""
        attachments = self.stores_of(uow.session).attachments
        try:
            found = await attachments.get(self.attachment_id, locked=True)
        except NotFound:
            return
        if not self.change(found):
            return
        await attachments.save(found)
        if found.state is AttachmentState.REFUSE:
            await destroy(uow.session, found.content.file)
        if found.state is not AttachmentState.EN_ANALYSE:
            metrics.FILES_SCANNED.labels(found.code or found.state.value).inc()


def _delay(job: Job) -> timedelta:
    return min(timedelta(seconds=2.0 ** min(job.attempts, 10)), LONGEST_DELAY)


def _infected(one: Attachment) -> bool:
    return one.refuse(INFECTED)


def _lost(one: Attachment) -> bool:
    return one.refuse(LOST)

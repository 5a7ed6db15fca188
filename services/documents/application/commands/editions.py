"""The work of making one edition: open the blocks, set the page, store the file, tell the others."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from services.documents.application.ports import Editions, Files, LegalTexts, RenderedPdf, Renderer
from services.documents.domain.composing import Opened, compose
from services.documents.domain.edition import Edition, Order, RenderCrashed, RenderRefused
from services.documents.domain.sheet import Letterhead, Sheet
from services.documents.domain.texts import NoTextInForce, TextNotTold, Texts
from shared.database.engine import Database
from shared.database.unit_of_work import UnitOfWork
from shared.events.blocks import AgentCard, CerContent, DecisionText, Identity
from shared.kernel.clock import Clock
from shared.messaging.work import Done, GiveUp, Job, Outcome, Record, RetryLater
from shared.security.sealing import KeyRing

# A process may have died of something else than the document; a second time it is the document.
CRASH_TRIES = 2
CRASH_PAUSE = timedelta(seconds=1)
# A text that the CER pinned may come after it, by another topic: half an hour, as contracts waits for an edition.
TEXT_TRIES = 180
TEXT_PAUSE = timedelta(seconds=10)


@dataclass(frozen=True)
class Studio:
    """What making an edition needs. `render` is the worker's handler. `batch`: no agent waits for what it makes."""

    keys: KeyRing
    renderer: Renderer
    files: Files
    letterhead: Letterhead
    clock: Clock
    editions_of: Callable[[UnitOfWork], Editions]
    database: Database
    texts_of: Callable[[AsyncSession], LegalTexts]
    batch: bool = False

    async def render(self, job: Job) -> Outcome:
        """Makes the edition of an order. What an outage caused raises, and the worker tries again."""
        order = Order.model_validate(job.payload)
        try:
            sheet = self._open(order, await self._texts())
            pdf = await self.renderer.render(order.kind.value, sheet.model_dump(), batch=self.batch)
        except RenderCrashed as crash:
            return self._later(job, order, crash.code, CRASH_TRIES, CRASH_PAUSE)
        except RenderRefused as refusal:
            return self._failed(order, refusal.code)
        except TextNotTold as missing:
            return self._later(job, order, missing.code, TEXT_TRIES, TEXT_PAUSE)
        except NoTextInForce:
            return self._failed(order, RenderRefused.code)
        return Done(self._record(await self._store(order, pdf)))

    async def give_up(self, job: Job, code: str) -> Outcome:
        """The worker's last word on an order that kept failing in ways not foreseen: the others are told."""
        return self._failed(Order.model_validate(job.payload), RenderRefused.code, code)

    async def _texts(self) -> Texts:
        async with self.database.read() as session:
            return await self.texts_of(session).known()

    def _open(self, order: Order, texts: Texts) -> Sheet:
        keys = self.keys
        opened = Opened(
            identity=keys.open(Identity, order.identity),
            referent=keys.open(AgentCard, order.referent),
            content=keys.open(CerContent, order.content),
            decision=keys.open(DecisionText, order.decision) if order.decision else None,
            decider=keys.open(AgentCard, order.decider) if order.decider else None,
        )
        return compose(order, self.letterhead, opened, texts)

    async def _store(self, order: Order, pdf: RenderedPdf) -> Edition:
        """The name holds the bytes' own sha256: another try stores the same, or beside it, never over it."""
        digest = hashlib.sha256(pdf.content).hexdigest()
        document = await self.files.put(f"editions/{order.dossier_id}/{digest}.pdf", pdf.content)
        return Edition(order, self.clock.now(), document=document, pages=pdf.pages, fingerprint=pdf.fingerprint)

    def _later(self, job: Job, order: Order, code: str, tries: int, pause: timedelta) -> Outcome:
        return RetryLater(pause, code) if job.attempts < tries else self._failed(order, RenderRefused.code, code)

    def _failed(self, order: Order, failure: str, code: str | None = None) -> GiveUp:
        return GiveUp(code or failure, self._record(Edition(order, self.clock.now(), failure=failure)))

    def _record(self, edition: Edition) -> Record:
        async def record(uow: UnitOfWork) -> None:
            if await self.editions_of(uow).add(edition):
                uow.emit(edition.event())

        return record

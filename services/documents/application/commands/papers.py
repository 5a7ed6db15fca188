"""The work of making one paper of a session: find what was told of its files, set the page, store it."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from services.documents.application.commands.editions import CRASH_PAUSE, CRASH_TRIES, TEXT_PAUSE, TEXT_TRIES
from services.documents.application.ports import Files, Renderer
from services.documents.application.ports.sessions import CommissionFiles, Papers
from services.documents.domain.edition import RenderCrashed, RenderRefused
from services.documents.domain.session_papers import (
    CommissionFile,
    FileNotTold,
    OpenedFile,
    Paper,
    PaperOrder,
    compose,
    shown,
)
from services.documents.domain.sessions import SessionSheet
from services.documents.domain.sheet import Letterhead
from shared.database.engine import Database
from shared.database.unit_of_work import UnitOfWork
from shared.events.blocks import AgentCard, DecisionText, Identity
from shared.kernel.clock import Clock
from shared.messaging.work import Done, GiveUp, Job, Outcome, Record, RetryLater
from shared.security.sealing import KeyRing


@dataclass(frozen=True)
class PaperStudio:
    """What making a paper needs. `render` is the worker's handler."""

    keys: KeyRing
    renderer: Renderer
    files: Files
    letterhead: Letterhead
    clock: Clock
    database: Database
    commission_files_of: Callable[[AsyncSession], CommissionFiles]
    papers_of: Callable[[AsyncSession], Papers]

    async def render(self, job: Job) -> Outcome:
        """Makes the paper of an order. What an outage caused raises, and the worker tries again."""
        order = PaperOrder.model_validate(job.payload)
        try:
            files = await self._shown(order)
            pdf = await self.renderer.render(order.kind.value, self._sheet(order, files).model_dump(), batch=True)
        except FileNotTold as missing:
            # A file's event may come after its session's, by another partition.
            later = job.attempts < TEXT_TRIES
            return RetryLater(TEXT_PAUSE, missing.code) if later else self._failed(order, missing.code)
        except RenderCrashed as crash:
            again = job.attempts < CRASH_TRIES
            return RetryLater(CRASH_PAUSE, crash.code) if again else self._failed(order, crash.code)
        except RenderRefused as refusal:
            return self._failed(order, refusal.code)
        digest = hashlib.sha256(pdf.content).hexdigest()
        document = await self.files.put(f"sessions/{order.session_id}/{digest}.pdf", pdf.content)
        cers = tuple(one.cer_id for one in files)
        made = Paper(order, cers, self.clock.now(), document=document, pages=pdf.pages, fingerprint=pdf.fingerprint)
        return Done(self._record(made))

    async def give_up(self, job: Job, code: str) -> Outcome:
        """The worker's last word on an order that kept failing in ways not foreseen."""
        return self._failed(PaperOrder.model_validate(job.payload), RenderRefused.code, code)

    async def _shown(self, order: PaperOrder) -> list[CommissionFile]:
        async with self.database.read() as session:
            known = self.commission_files_of(session)
            files = await known.of_session(order.session_id)
            return shown(order, files, await known.erased([one.cer_id for one in order.cases]))

    def _sheet(self, order: PaperOrder, files: Sequence[CommissionFile]) -> SessionSheet:
        keys = self.keys
        seated = [keys.open(AgentCard, one.card) for one in order.members]
        opened = [
            OpenedFile(
                one,
                keys.open(Identity, one.identity),
                keys.open(AgentCard, one.referent),
                keys.open(DecisionText, one.words) if one.words is not None else None,
            )
            for one in files
        ]
        return compose(order, seated, keys.open(AgentCard, order.secretary), opened, self.letterhead)

    def _failed(self, order: PaperOrder, failure: str, code: str | None = None) -> GiveUp:
        cers = tuple(one.cer_id for one in order.cases)
        return GiveUp(code or failure, self._record(Paper(order, cers, self.clock.now(), failure=failure)))

    def _record(self, paper: Paper) -> Record:
        async def record(uow: UnitOfWork) -> None:
            await self.papers_of(uow.session).add(paper)

        return record

"""The work row of a request that Yousign has signed: what is done next follows from where the request stands here."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from services.signature.application.commands.yousign import rows
from services.signature.application.commands.yousign.closing import close, erase
from services.signature.application.commands.yousign.fetching import fetch
from services.signature.application.commands.yousign.following import follow
from services.signature.application.commands.yousign.means import Case, Means, again, case_of
from services.signature.application.commands.yousign.preparing import prepare
from services.signature.application.ports import (
    ProviderAwayError,
    ProviderLostError,
    ProviderRefusedError,
    SealingFailedError,
    SignedFileError,
)
from services.signature.domain.states import State
from shared.database.unit_of_work import UnitOfWork
from shared.kernel.errors import NotFound
from shared.messaging.work import Done, GiveUp, Job, Outcome, Record, RetryLater, Unknown
from shared.telemetry.logs import get_logger

log = get_logger(__name__)

# What ended here is closed there as soon as Yousign lets it; after so many tries somebody has to look.
CLOSING_TRIES = 50
# What was being made at the very moment of an erasure is found by the second pass.
SECOND_PASS = timedelta(minutes=30)


@dataclass(frozen=True)
class Driving:
    """Handles the work rows of kind `yousign` and `yousign-erase`."""

    means: Means

    async def handle(self, job: Job) -> Outcome:
        """One step, or one look."""
        try:
            case = await case_of(self.means, job)
        except NotFound:
            # Erased: what is left at Yousign has a row of its own.
            return Done()
        try:
            return await self._next(case)
        except ProviderAwayError as away:
            return again(job, away)
        except (ProviderRefusedError, SignedFileError, SealingFailedError) as failure:
            return await self._failed(case, failure)

    async def give_up(self, job: Job, code: str) -> Outcome:
        """It cannot go on: the request fails, and is closed at Yousign."""
        request_id = UUID(job.payload["signature_id"])
        told = code if code in {"yousign-refused", "yousign-file-refused", "sealing-failed"} else "yousign-failed"
        return GiveUp(code, self._failing(request_id, told))

    async def erase(self, job: Job) -> Outcome:
        """Erases at Yousign what an erased request left there, in two passes at least."""
        try:
            anything = await erase(self.means.provider, job)
        except ProviderAwayError as away:
            return again(job, away)
        except ProviderRefusedError as refused:
            if job.attempts >= CLOSING_TRIES:
                return GiveUp("yousign-not-erased")
            return again(job, refused)
        return RetryLater(SECOND_PASS, "second-pass") if anything or job.attempts == 1 else Done()

    async def _next(self, case: Case) -> Outcome:
        match case.request.state:
            case State.PREPARED:
                return await prepare(self.means, case)
            case State.OPENED:
                return await follow(self.means, case)
            case State.SIGNED:
                return await fetch(self.means, case)
            case _:
                return await close(self.means, case)

    def _lost(self, case: Case) -> Outcome:
        """It was handed over and is gone: whether it was signed is not known, nor will be."""
        log.error("yousign.lost", signature_id=case.reference, state=case.request.state.value)
        return Unknown("yousign-lost", self._failing(case.request.id, "yousign-lost"))

    async def _failed(self, case: Case, failure: Exception) -> Outcome:
        match failure:
            case ProviderLostError():
                return self._lost(case)
            case ProviderRefusedError():
                return await self._refused(case, failure)
            case SignedFileError():
                log.error("yousign.file_refused", signature_id=case.reference, code=failure.code)
                unsent = case.request.state is State.PREPARED
                return await self.give_up(case.job, "yousign-refused" if unsent else "yousign-file-refused")
            case _:
                return await self.give_up(case.job, "sealing-failed")

    async def _refused(self, case: Case, refused: ProviderRefusedError) -> Outcome:
        state = case.request.state
        log.error("yousign.refused", signature_id=case.reference, state=state.value, status=refused.status)
        if state is State.PREPARED and not refused.lasting:
            return await self.give_up(case.job, "yousign-refused")
        if state.ended and case.job.attempts >= CLOSING_TRIES:
            return GiveUp("yousign-not-closed")
        return again(case.job, refused)

    def _failing(self, request_id: UUID, code: str) -> Record:
        async def record(uow: UnitOfWork) -> None:
            requests = self.means.requests_of(uow)
            request = await requests.get(request_id)
            if request.state.ended:
                return
            uow.emit(*request.fail_elsewhere(code, self.means.clock.now()))
            await requests.save(request)
            await rows.close(uow.session, request_id)

        return record

"""What comes after an evidence was sealed is signed too: an addendum, by a work row for each thing that came."""

import asyncio
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.signature.application.commands.naming import beside
from services.signature.application.ports import AuthorityAwayError, RequestsOf, Seal, SealingFailedError
from services.signature.domain.addendum import addendum, later, steps_in
from services.signature.domain.evidence import Contents
from services.signature.domain.states import State
from services.signature.domain.values import Step
from shared.database.unit_of_work import UnitOfWork
from shared.events.files import FileRef
from shared.kernel.clock import Clock
from shared.kernel.errors import NotFound, RaceLost
from shared.kernel.ids import derived_id
from shared.messaging import work
from shared.messaging.work import Done, GiveUp, Job, LookAgain, Outcome, RetryLater
from shared.objects.store import Objects

ADDENDUM_KIND = "addendum"
# Receipts come in a row: pending, accepted, delivered. And the seal that they may have crossed takes a moment.
SETTLING = timedelta(minutes=1)
LONGEST_WAIT = timedelta(minutes=30)


async def order_addendum(session: AsyncSession, request_id: UUID, because: str) -> None:
    """Has what was just kept of a request looked at, in the caller's transaction; `because` tells it from the rest.

    Ordered whatever the state: the seal that goes on beside may have read the steps a moment ago.
    """
    row = derived_id(ADDENDUM_KIND, request_id, because)
    await work.enqueue(session, ADDENDUM_KIND, row, {"signature_id": str(request_id)}, SETTLING)


@dataclass(frozen=True)
class Addenda:
    """Handles the work rows of kind `addendum`. `signed_json` takes the signed JSON out of a stored evidence."""

    requests_of: RequestsOf
    objects: Objects
    seal: Seal
    clock: Clock
    signed_json: Callable[[bytes], bytes]

    async def handle(self, job: Job) -> Outcome:
        """Signs what the evidence does not tell, unless an addendum tells it already."""
        request_id = UUID(job.payload["signature_id"])
        try:
            async with job.database.begin() as uow:
                requests = self.requests_of(uow)
                request, steps = await requests.read(request_id), await requests.history(request_id)
        except NotFound:
            return Done()  # erased with its person
        if request.evidence is None:
            # What is not sealed yet will read these steps itself, or has read those before them.
            return LookAgain(SETTLING) if request.state is State.SIGNED else Done()
        found = await self._missing(request.evidence, request.addendum, steps)
        if found is None:
            return Done()
        try:
            signed = await self.seal.signed(found)
        except SealingFailedError:
            return GiveUp("addendum-failed")
        except AuthorityAwayError:
            return RetryLater(min(SETTLING * 2 ** min(job.attempts, 9), LONGEST_WAIT), "authority-away")
        ref = await self.objects.put(beside(request.evidence, signed, "json"), signed)
        known = request.addendum

        async def record(uow: UnitOfWork) -> None:
            await self._keep(uow, request_id, known, ref)

        return Done(record)

    async def _missing(self, evidence: FileRef, known: FileRef | None, steps: list[Step]) -> dict[str, Any] | None:
        """The addendum to sign; none while nothing came, or all that came is in the one that is known."""
        written = await asyncio.to_thread(self.signed_json, await self.objects.get(evidence))
        told = json.loads(written)["evidence"]
        came = later(told, steps)
        if not came or (known is not None and came == steps_in(await self.objects.get(known))):
            return None
        completed = Contents(hashlib.sha256(written).hexdigest(), len(written))
        return addendum(told, completed, came, self.clock.now())

    async def _keep(self, uow: UnitOfWork, request_id: UUID, known: FileRef | None, ref: FileRef) -> None:
        requests = self.requests_of(uow)
        request = await requests.get(request_id)
        if request.addendum != known:
            # Another was drawn up meanwhile, from fewer or from more steps: the row is looked at again.
            raise RaceLost("Un autre additif a été signé entre-temps.")
        request.addendum = ref
        await requests.save(request)

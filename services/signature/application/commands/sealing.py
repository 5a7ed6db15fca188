"""The work that follows the right code: seal the PDF, keep the evidence, tell the others."""

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from services.signature.application.commands.naming import named
from services.signature.application.ports import AuthorityAwayError, Requests, RequestsOf, Seal, SealingFailedError
from services.signature.domain.block import signature_block
from services.signature.domain.evidence import Contents, History, evidence
from services.signature.domain.model import SignatureRequest
from services.signature.domain.states import State
from shared.database.unit_of_work import UnitOfWork
from shared.events.blocks import AgentCard, Identity
from shared.events.files import FileRef
from shared.kernel.clock import Clock
from shared.messaging.work import Done, GiveUp, Job, Outcome, RetryLater
from shared.objects.store import Objects
from shared.security.sealing import KeyRing

SEAL_KIND = "seal"
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=1), timedelta(minutes=5)


@dataclass(frozen=True)
class Sealing:
    """Handles the work rows of kind `seal`."""

    requests_of: RequestsOf
    keys: KeyRing
    objects: Objects
    seal: Seal
    clock: Clock

    async def handle(self, job: Job) -> Outcome:
        """Seals, verifies, stores, then completes. A request that was voided meanwhile is left alone."""
        request_id = UUID(job.payload["signature_id"])
        async with job.database.begin() as uow:
            requests = self.requests_of(uow)
            request = await requests.read(request_id)
            if request.state is not State.SIGNED:
                return Done()
            pages, steps = await requests.pages_shown(request_id), await requests.history(request_id)
        try:
            sealed, dossier = await self._made(request, History(pages, steps))
        except SealingFailedError:
            return await self.give_up(job, "sealing-failed")
        except AuthorityAwayError:
            # The person has signed: it is sealed as soon as the authority answers.
            return RetryLater(min(FIRST_WAIT * 2 ** min(job.attempts, 9), LONGEST_WAIT), "authority-away")
        # Sealing again, after a crash, gives other bytes: the name holds their fingerprint.
        document = await self.objects.put(named(request, sealed, "pdf"), sealed)
        proof = await self.objects.put(named(request, dossier, "pdf"), dossier)

        async def record(uow: UnitOfWork) -> None:
            await self._complete(uow, request_id, document, proof)

        return Done(record)

    async def _made(self, request: SignatureRequest, history: History) -> tuple[bytes, bytes]:
        """The sealed PDF, and the dossier de preuve.

        Raises SealingFailedError, AuthorityAwayError, and what the store raises.
        """
        _, edition = request.halves()
        person, referent = self.keys.open(Identity, request.identity), self.keys.open(AgentCard, request.referent)
        shown = await self.objects.get(edition.document)
        sealed = await self.seal.seal(shown, str(request.id), signature_block(request, person))
        contents = Contents(hashlib.sha256(sealed).hexdigest(), len(sealed))
        told = evidence(request, (person, referent), history, contents, self.clock.now())
        return sealed, await self.seal.dossier(told)

    async def give_up(self, job: Job, code: str) -> Outcome:
        """The request fails: the person has to sign again, once somebody has looked."""
        request_id = UUID(job.payload["signature_id"])

        async def record(uow: UnitOfWork) -> None:
            requests = self.requests_of(uow)
            request = await _signed(requests, request_id)
            if request is not None:
                uow.emit(*request.fail("sealing-failed", self.clock.now()))
                await requests.save(request)

        return GiveUp(code, record)

    async def _complete(self, uow: UnitOfWork, request_id: UUID, document: FileRef, proof: FileRef) -> None:
        requests = self.requests_of(uow)
        request = await _signed(requests, request_id)
        if request is not None:
            uow.emit(*request.complete(document, proof, self.clock.now()))
            await requests.save(request)


async def _signed(requests: Requests, request_id: UUID) -> SignatureRequest | None:
    """The request, if it still waits for its seal: a cancellation may have crossed it."""
    request = await requests.get(request_id)
    return request if request.state is State.SIGNED else None

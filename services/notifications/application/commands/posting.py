"""Has letters posted by a provider. A draft is kept before it is submitted, so a lost answer posts nothing twice."""

from dataclasses import dataclass

from services.notifications.application.commands.ledger import Ledger
from services.notifications.application.ports import (
    Answer,
    Files,
    FilesAway,
    Letter,
    Pacer,
    Post,
    PutOff,
    Refused,
    StoresOf,
)
from services.notifications.domain.model import Message
from services.notifications.domain.states import Status
from shared.events.blocks import Identity
from shared.kernel.errors import Refusal
from shared.messaging.work import Done, Job, Outcome
from shared.security.sealing import KeyRing


@dataclass(frozen=True)
class Posting:
    """The worker's handler and what it needs."""

    stores_of: StoresOf
    keys: KeyRing
    files: Files
    post: Post
    pacer: Pacer
    ledger: Ledger

    async def send(self, job: Job) -> Outcome:
        """Sends the letter of this row, unless it is no longer to be sent."""
        async with job.database.begin() as uow:
            (message,) = await self.ledger.messages_of(self.stores_of(uow), job)
        if message.status is not Status.PENDING:
            return Done()
        await self.pacer.wait(self.post.provider)
        return self.ledger.outcome(job, await self._posted(job, message))

    async def on_give_up(self, job: Job, _: str) -> Outcome:
        """Sending kept failing in a way that nobody foresaw."""
        return self.ledger.given_up(job, "unforeseen")

    async def _posted(self, job: Job, message: Message) -> Answer:
        draft = message.proof.receipt
        if draft is None:
            try:
                drafted = await self.post.draft(await self._letter(message))
            except FilesAway:
                return PutOff("files-away")
            except Refusal as refusal:
                return Refused(refusal.code)
            if not isinstance(drafted, str):
                return drafted
            await self._remember(job, drafted)
            draft = drafted
        return await self.post.submit(draft)

    async def _letter(self, message: Message) -> Letter:
        """Raises FilesAway, or a Refusal where the document can never be had."""
        if message.identity is None or message.attachment is None:
            raise RuntimeError("a letter is an edition for a person")
        person = self.keys.open(Identity, message.identity)
        name = " ".join((person.civilite, person.prenom, person.nom_usage or person.nom_naissance))
        document = await self.files.get(message.attachment.file)
        return Letter(message.id, (name, *person.adresse), message.attachment.name, document)

    async def _remember(self, job: Job, draft: str) -> None:
        async with job.database.begin() as uow:
            stores = self.stores_of(uow)
            (message,) = await self.ledger.messages_of(stores, job)
            message.drafted(self.post.provider, draft)
            await stores.messages.save(message)

"""Sends what a work row names: one message, or a digest of many; the provider's answer goes to the ledger."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from services.notifications.application.commands.desk import Desk
from services.notifications.application.commands.ledger import Ledger
from services.notifications.application.ports import (
    Composer,
    Files,
    FilesAway,
    Outgoing,
    Parcel,
    PutOff,
    Refused,
    StoresOf,
    Writing,
)
from services.notifications.domain.catalog import Audience, Channel
from services.notifications.domain.model import Message
from services.notifications.domain.occasion import NOBODY
from services.notifications.domain.policy import Policy
from services.notifications.domain.states import Status
from shared.events.blocks import AgentCard, Identity
from shared.kernel.clock import Clock
from shared.kernel.errors import Refusal
from shared.messaging.work import Done, Job, LookAgain, Outcome, Untried
from shared.security.sealing import KeyRing


@dataclass(frozen=True)
class Sending:
    """The workers' handlers and what they need."""

    stores_of: StoresOf
    keys: KeyRing
    composer: Composer
    files: Files
    desks: Mapping[Channel, Desk]
    outgoing: Outgoing
    clock: Clock
    policy: Policy
    ledger: Ledger

    async def send(self, job: Job) -> Outcome:
        """Sends the message of this row, unless it is no longer to be sent, or not at this hour."""
        message = await self.outgoing.message(UUID(job.payload["message_id"]))
        if message.status is not Status.PENDING:
            return Done()
        now = self.clock.now()
        wait = self.policy.departure(message, now) - now
        if wait:
            return LookAgain(wait)
        try:
            writing, parcel = await self._alone(message)
        except FilesAway:
            return self.ledger.outcome(job, PutOff("files-away"))
        except Refusal as refusal:
            return self.ledger.outcome(job, Refused(refusal.code))
        return await self._hand_over(job, message.channel, writing, parcel)

    async def send_digest(self, job: Job) -> Outcome:
        """Sends the messages that were gathered. It takes no more from here on: a later one joins the next digest."""
        async with job.database.begin() as uow:
            stores = self.stores_of(uow)
            digest = await stores.digests.close(UUID(job.payload["digest_id"]), self.clock.now())
            messages = await self.ledger.messages_of(stores, job)
        if digest is None or not messages:
            return Done()
        card = self.keys.open(AgentCard, digest.referent) if digest.referent else NOBODY
        writing = self.composer.compose(messages, card, None)
        to = card.mail if digest.referent else self.policy.service_mail(digest.territory)
        parcel = Parcel(digest.id, to or "", writing.words, self.clock.now())
        return await self._hand_over(job, Channel.MAIL, writing, parcel)

    async def on_lost(self, job: Job) -> Outcome:
        """The worker died while the provider may have taken it."""
        return self.ledger.lost(job, "worker-lost")

    async def on_give_up(self, job: Job, _: str) -> Outcome:
        """Sending kept failing in a way that nobody foresaw."""
        return self.ledger.given_up(job, "unforeseen")

    async def _hand_over(self, job: Job, channel: Channel, writing: Writing, parcel: Parcel) -> Outcome:
        answer = await self.desks[channel].send(parcel, job.handing_over)
        return Untried() if answer is None else self.ledger.outcome(job, answer, writing)

    async def _alone(self, message: Message) -> tuple[Writing, Parcel]:
        """The message in words. Raises FilesAway, or a Refusal where its document can never be had."""
        referent = self.keys.open(AgentCard, message.referent) if message.referent else NOBODY
        person = self.keys.open(Identity, message.identity) if message.identity else None
        writing = self.composer.compose([message], referent, person)
        attached = message.attachment if message.channel is Channel.MAIL else None
        return writing, Parcel(
            id=message.id,
            to=self._address(message, referent, person) or "",
            words=writing.words,
            date=self.clock.now(),
            attachment=(attached.name, await self.files.get(attached.file)) if attached else None,
        )

    def _address(self, message: Message, referent: AgentCard, person: Identity | None) -> str | None:
        if message.audience is Audience.SERVICE_INSERTION:
            return self.policy.service_mail(message.territory)
        if person is None:
            return referent.mail
        return person.telephone if message.channel is Channel.SMS else person.mail

"""Makes messages, each with the work row by which it leaves, in the transaction of what caused them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from services.notifications.application.ports import Stores, StoresOf
from services.notifications.domain.catalog import Audience, Channel
from services.notifications.domain.digest import Digest
from services.notifications.domain.model import Message
from services.notifications.domain.occasion import Occasion
from services.notifications.domain.plan import Notice
from services.notifications.domain.policy import Policy, PostBy, channel_to
from services.notifications.domain.remise.model import RemiseLinks
from services.notifications.domain.states import Status
from shared.database.unit_of_work import UnitOfWork
from shared.events.blocks import AgentCard, Identity
from shared.kernel.clock import Clock
from shared.messaging import work
from shared.security.sealing import KeyRing

# Work rows by what their workers do. A digest waits behind mails that leave at once.
MAIL, SMS, LETTER, DIGEST, FOLLOW_UP = "mail", "sms", "letter", "mail-digest", "follow-up"
KINDS = {Channel.MAIL: MAIL, Channel.SMS: SMS, Channel.LETTER: LETTER}


@dataclass(frozen=True)
class Making:
    """What it takes to make messages."""

    stores_of: StoresOf
    keys: KeyRing
    clock: Clock
    policy: Policy
    links: RemiseLinks | None = None

    async def make(self, uow: UnitOfWork, occasion: Occasion, notice: Notice) -> bool | None:
        """Makes one message. False when this occasion had made it already, none when the site does not ask for it.

        A message by which nobody is reached is kept with the status `no_address`, and one that the person does not
        want as `opted_out`: both show that nobody was told. Raises BlockNotReadable.
        """
        stores = self.stores_of(uow)
        person = self._person(occasion, notice)
        notice = self.policy.handed(notice, person) if self.links else notice
        if not self.policy.asks_for(notice, occasion.territory, person):
            return None
        unwanted = await self._unwanted(stores, occasion, notice) if person is not None else False
        channel = channel_to(notice, person) if person else self._mail_of_agent(occasion, notice)
        message = Message.of(occasion, notice, channel, self.clock.now(), unwanted=unwanted)
        gathered = message.status is Status.PENDING and self.policy.in_digest(notice)
        due = await self._gather(stores, message) if gathered else None
        if not await stores.messages.add(message):
            return False
        if self.links and notice.handed:
            hashed = self.links.hashed(self.links.token(message.id))
            await stores.remises.add(message, notice.handed, hashed, self.link_until())
        if message.status is Status.PENDING:
            await self._send_off(uow, message, due)
        return True

    async def _unwanted(self, stores: Stores, occasion: Occasion, notice: Notice) -> bool:
        """Whether the person asked for none of its kind."""
        if occasion.dossier_id is None:
            return False
        return not (await stores.preferences.of(occasion.dossier_id)).wants(notice.template)

    def link_until(self) -> datetime:
        """Until when the link of a mail that is sent now serves."""
        return self.clock.now() + timedelta(days=self.policy.signed_cer_days)

    def _mail_of_agent(self, occasion: Occasion, notice: Notice) -> Channel | None:
        if notice.audience is Audience.SERVICE_INSERTION:
            return Channel.MAIL
        card = self.keys.open(AgentCard, occasion.referent) if occasion.referent else None
        return Channel.MAIL if card and card.mail else None

    def _person(self, occasion: Occasion, notice: Notice) -> Identity | None:
        if notice.audience is not Audience.PERSON or occasion.identity is None:
            return None
        return self.keys.open(Identity, occasion.identity)

    async def _gather(self, stores: Stores, message: Message) -> datetime:
        """Puts the message into the next digest; one that is being sent takes no more, so the one after it."""
        due, joined = self.clock.now(), None
        while joined is None:
            due = self.policy.hours.next_digest(due, self.policy.digest_hours)
            joined = await stores.digests.joined(Digest.of(message, due))
        message.digest_id = joined.id
        return due

    async def _send_off(self, uow: UnitOfWork, message: Message, due: datetime | None) -> None:
        now = self.clock.now()
        if due is None:
            await send_off(uow, self.policy, message, now)
        elif message.digest_id is not None:
            payload = {"digest_id": str(message.digest_id)}
            await work.enqueue(uow.session, DIGEST, message.digest_id, payload, due - now)


async def send_off(uow: UnitOfWork, policy: Policy, message: Message, now: datetime) -> None:
    """Adds the work row of a message that leaves alone; a letter that is printed here waits for its batch instead."""
    if message.channel is Channel.LETTER and policy.post == PostBy.PRINT:
        return
    delay = max(policy.departure(message, now) - now, timedelta())
    await work.enqueue(uow.session, KINDS[message.channel], message.id, {"message_id": str(message.id)}, delay)

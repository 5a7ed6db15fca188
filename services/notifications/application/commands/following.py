"""Asks providers what became of what they took."""

from dataclasses import dataclass
from datetime import timedelta

from services.notifications.application.commands.ledger import Ledger
from services.notifications.application.commands.receipts import Receipts
from services.notifications.application.ports import Post, StoresOf
from services.notifications.domain.catalog import Channel
from services.notifications.domain.model import Message
from services.notifications.domain.states import Status
from shared.database.unit_of_work import UnitOfWork
from shared.kernel.clock import Clock
from shared.messaging.work import Done, Job, LookAgain, Outcome, Record
from shared.sms.gateway import SmsGateway
from shared.sms.outcome import Delivery, Receipt

# As long again as it has waited, since most are settled at once and the others late.
_FIRST_PAUSE = {Channel.SMS: timedelta(minutes=1), Channel.LETTER: timedelta(hours=3)}
_LONGEST_PAUSE = timedelta(hours=12)
# An SMS that waits longer is dropped by networks; a letter is posted within days.
_PATIENCE = {Channel.SMS: timedelta(hours=48), Channel.LETTER: timedelta(days=10)}


@dataclass(frozen=True)
class Following:
    """The worker's handler and what it needs; no `post` where letters are printed here."""

    stores_of: StoresOf
    sms: SmsGateway
    post: Post | None
    clock: Clock
    ledger: Ledger

    async def follow(self, job: Job) -> Outcome:
        """Asks once. What is not settled is asked again, until nothing more can be expected."""
        async with job.database.begin() as uow:
            (message,) = await self.ledger.messages_of(self.stores_of(uow), job)
        if message.status is not Status.DELIVERED or message.settled:
            return Done()
        record = await self._asked(message)
        if record is not None:
            return Done(record)
        age = self.clock.now() - message.status_at
        return Done() if age > _PATIENCE[message.channel] else LookAgain(_pause(message, age))

    async def _asked(self, message: Message) -> Record | None:
        """What writes down the last word of its provider; none as long as there is none."""
        receipt = message.proof.receipt
        if receipt is None:
            return None
        if message.channel is Channel.LETTER:
            return self._posted(message, await self.post.followed(receipt) if self.post else None)
        told = await self.sms.receipt(message.proof.provider, receipt)
        return self._received(told) if told is not None and told.state.final else None

    def _posted(self, message: Message, said: Delivery | None) -> Record | None:
        if said is None or not said.final:
            return None

        async def record(uow: UnitOfWork) -> None:
            await self.ledger.note(uow, message.id, said, "post-rejected")

        return record

    def _received(self, receipt: Receipt) -> Record:
        async def record(uow: UnitOfWork) -> None:
            await Receipts(self.ledger).keep(uow, receipt)

        return record


def _pause(message: Message, age: timedelta) -> timedelta:
    return min(max(age, _FIRST_PAUSE[message.channel]), _LONGEST_PAUSE)

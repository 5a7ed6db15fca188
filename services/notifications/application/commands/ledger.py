"""Writes down what became of the messages of a work row, and tells it, in the transaction that closes the row."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from services.notifications.application.commands.making import FOLLOW_UP
from services.notifications.application.ports import Accepted, Answer, Lost, PutOff, Refused, Stores, StoresOf, Writing
from services.notifications.domain.bounce import Bounce
from services.notifications.domain.catalog import Audience, Channel
from services.notifications.domain.model import Message, Proof
from services.notifications.domain.retries import pause_after
from shared.database.unit_of_work import UnitOfWork
from shared.events.blocks import ContactPoint, Identity
from shared.events.envelope import Event
from shared.events.notifications import ContactFailed
from shared.events.sealed import seal
from shared.kernel.clock import Clock
from shared.kernel.ids import derived_id
from shared.messaging import work
from shared.messaging.work import Done, GiveUp, Job, Outcome, RetryLater, Together, Unknown
from shared.security.sealing import KeyRing
from shared.sms.outcome import Delivery
from shared.telemetry.traces import continued

Change = Callable[[Message], list[Event]]

# Receipts of SMS come within seconds, a letter is posted within days.
FIRST_LOOK = {Channel.SMS: timedelta(seconds=30), Channel.LETTER: timedelta(hours=2)}


@dataclass(frozen=True)
class Entry:
    """What becomes of the messages of one row: `change` moves each, and says what is told of it.

    `writing`: the words that left. `followed`: the provider can be asked later.
    """

    job: Job
    change: Change
    writing: Writing | None = None
    followed: bool = False


@dataclass(frozen=True)
class Ledger:
    """The record of sendings. What ends at the same time is written together."""

    stores_of: StoresOf
    keys: KeyRing
    clock: Clock

    def outcome(self, job: Job, answer: Answer, writing: Writing | None = None) -> Outcome:
        """What the provider's answer makes of the row and of its messages."""
        match answer:
            case Accepted():
                return Done(self._accepted(job, answer, writing))
            case PutOff(code):
                pause = pause_after(code, job.attempts)
                return RetryLater(pause, code) if pause is not None else self.given_up(job, code)
            case Refused(code, address):
                return GiveUp(code, self._entry(job, lambda message: self._refused(message, code, address=address)))
            case Lost(code):
                return self.lost(job, code)

    def lost(self, job: Job, code: str) -> Outcome:
        """The provider may have it: nobody knows."""
        return Unknown(code, self._entry(job, lambda message: [message.lost(code, self.clock.now())]))

    def given_up(self, job: Job, code: str) -> Outcome:
        """It did not leave, and is not tried again by itself."""
        return GiveUp(code, self._entry(job, lambda message: [message.failed(code, self.clock.now())]))

    async def messages_of(self, stores: Stores, job: Job) -> list[Message]:
        """The messages that leave by this row: one, or those of a digest."""
        if "digest_id" in job.payload:
            return await stores.messages.of_digest(UUID(job.payload["digest_id"]))
        return [await stores.messages.get(UUID(job.payload["message_id"]))]

    async def came_back(self, uow: UnitOfWork, bounce: Bounce) -> bool:
        """A mail could not be delivered after all. False when it is none of ours, or when that was known."""
        message = await self.stores_of(uow).messages.find(bounce.message_id)
        if message is None or message.channel is not Channel.MAIL:
            return False
        return await self.note(uow, message.id, Delivery.FAILED, bounce.code)

    async def note(self, uow: UnitOfWork, message_id: UUID, said: Delivery, code: str) -> bool:
        """Keeps what became of a message that was taken. False when there is no such message, or that was known."""
        messages = self.stores_of(uow).messages
        message = await messages.find(message_id)
        if message is None or not message.followed(said, self.clock.now()):
            return False
        await messages.save(message)
        if said is Delivery.FAILED:
            uow.emit(*self.unreachable(message, code))
        return True

    def unreachable(self, message: Message, code: str) -> list[Event]:
        """Contracts is told that nobody is reached there, with what was tried, sealed. Agents are no dossier."""
        if message.audience is not Audience.PERSON or message.identity is None or message.dossier_id is None:
            return []
        person = self.keys.open(Identity, message.identity)
        tried = {Channel.MAIL: person.mail, Channel.SMS: person.telephone, Channel.LETTER: "\n".join(person.adresse)}
        return [
            ContactFailed(
                aggregate_version=message.sending,
                message_id=message.id,
                dossier_id=message.dossier_id,
                channel=message.channel.value,
                code=code,
                at=self.clock.now(),
                contact=seal(ContactPoint(address=tried[message.channel] or "")),
            )
        ]

    def _refused(self, message: Message, code: str, *, address: bool) -> list[Event]:
        told: list[Event] = [message.failed(code, self.clock.now())]
        return told + (self.unreachable(message, code) if address else [])

    def _accepted(self, job: Job, answer: Accepted, writing: Writing | None) -> Together[Entry]:
        proof = Proof(answer.provider, answer.receipt, writing.version if writing else None)

        def delivered(message: Message) -> list[Event]:
            return [message.delivered(proof, self.clock.now())]

        return Together(self._write, Entry(job, delivered, writing, followed=answer.receipt is not None))

    def _entry(self, job: Job, change: Change) -> Together[Entry]:
        return Together(self._write, Entry(job, change))

    async def _write(self, uow: UnitOfWork, entries: Sequence[Entry]) -> None:
        stores = self.stores_of(uow)
        found = await self._found(stores, [entry.job for entry in entries])
        for entry in entries:
            with continued(entry.job.trace):
                for message in found[entry.job.id]:
                    uow.emit(*entry.change(message))
                    if entry.followed and message.channel in FIRST_LOOK:
                        await follow_up(uow, message)
        await stores.messages.save_fates([message for messages in found.values() for message in messages])
        for writing, template in _writings(entries, found).values():
            await stores.versions.keep(writing.version, template, writing.content, self.clock.now())

    async def _found(self, stores: Stores, jobs: Sequence[Job]) -> dict[UUID, list[Message]]:
        """The messages of each row, locked."""
        single = {job.id: UUID(job.payload["message_id"]) for job in jobs if "digest_id" not in job.payload}
        messages = await stores.messages.get_many(list(single.values())) if single else {}
        return {
            job.id: [messages[single[job.id]]] if job.id in single else await self.messages_of(stores, job)
            for job in jobs
        }


def _writings(entries: Sequence[Entry], found: Mapping[UUID, Sequence[Message]]) -> dict[str, tuple[Writing, str]]:
    """Each version of a template that wrote one of these, once, with the template's name."""
    return {
        entry.writing.version: (entry.writing, found[entry.job.id][0].template)
        for entry in entries
        if entry.writing is not None and found[entry.job.id]
    }


async def follow_up(uow: UnitOfWork, message: Message) -> None:
    """Has the provider asked, later, what became of it."""
    name = derived_id(FOLLOW_UP, message.id, message.sending)
    await work.enqueue(uow.session, FOLLOW_UP, name, {"message_id": str(message.id)}, FIRST_LOOK[message.channel])

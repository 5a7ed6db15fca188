"""Sends one message: a worker's row in hand, the provider's answer recorded and told in one transaction."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from services.notifications.application.ports import (
    Accepted,
    Answer,
    Composer,
    Files,
    FilesAway,
    Lost,
    Mail,
    Mailer,
    MessagesOf,
    PutOff,
    Refused,
)
from services.notifications.domain.model import Message
from services.notifications.domain.retries import pause_after
from services.notifications.domain.states import Status
from shared.database.unit_of_work import UnitOfWork
from shared.events.blocks import AgentCard, Identity
from shared.events.notifications import MessageEvent
from shared.kernel.clock import Clock
from shared.kernel.errors import Refusal
from shared.messaging.work import Done, GiveUp, Job, Outcome, Record, RetryLater, Unknown
from shared.security.sealing import KeyRing


@dataclass(frozen=True)
class Sending:
    """The worker's handler and what it needs. `mail_domain` is the right-hand side of Message-ID headers."""

    messages_of: MessagesOf
    keys: KeyRing
    composer: Composer
    files: Files
    mailer: Mailer
    clock: Clock
    mail_domain: str

    async def send(self, job: Job) -> Outcome:
        """Sends the message of this row, unless it is no longer to be sent."""
        async with job.database.begin() as uow:
            message = await self.messages_of(uow).get(_message_id(job))
        if message.status is not Status.PENDING:
            return Done()
        answer: Answer
        try:
            mail = await self._mail(message)
        except FilesAway:
            answer = PutOff("files-away")
        except Refusal as refusal:
            answer = Refused(refusal.code)
        else:
            answer = await self.mailer.send(mail, job.handing_over)
        return self._outcome(job, answer)

    def _outcome(self, job: Job, answer: Answer) -> Outcome:
        match answer:
            case Accepted():
                return Done(self._record(job, lambda message: message.delivered(self.clock.now())))
            case PutOff(code):
                return self._later(job, code)
            case Refused(code):
                return self._given_up(job, code)
            case Lost(code):
                return self._lost(job, code)

    async def on_lost(self, job: Job) -> Outcome:
        """The worker died while the provider may have taken the mail."""
        return self._lost(job, "worker-lost")

    async def on_give_up(self, job: Job, _: str) -> Outcome:
        """Sending kept failing in a way that nobody foresaw."""
        return self._given_up(job, "unforeseen")

    async def _mail(self, message: Message) -> Mail:
        referent = self.keys.open(AgentCard, message.referent)
        person = self.keys.open(Identity, message.identity) if message.identity else None
        address = person.mail if person else referent.mail
        attachment = message.attachment
        return Mail(
            message_id=f"<{message.id}@{self.mail_domain}>",
            to=address or "",
            words=self.composer.compose(message, referent, person),
            date=self.clock.now(),
            attachment=(attachment.name, await self.files.get(attachment.file)) if attachment else None,
        )

    def _later(self, job: Job, code: str) -> Outcome:
        pause = pause_after(job.attempts)
        return RetryLater(pause, code) if pause is not None else self._given_up(job, code)

    def _given_up(self, job: Job, code: str) -> Outcome:
        return GiveUp(code, self._record(job, lambda message: message.failed(code, self.clock.now())))

    def _lost(self, job: Job, code: str) -> Outcome:
        return Unknown(code, self._record(job, lambda message: message.lost(code, self.clock.now())))

    def _record(self, job: Job, change: Callable[[Message], MessageEvent]) -> Record:
        async def record(uow: UnitOfWork) -> None:
            messages = self.messages_of(uow)
            message = await messages.get(_message_id(job))
            told = change(message)
            await messages.save(message)
            uow.emit(told)

        return record


def _message_id(job: Job) -> UUID:
    return UUID(job.payload["message_id"])

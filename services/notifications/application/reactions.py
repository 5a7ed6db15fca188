"""What notifications does with an event: one reaction for all, since `domain/plan.py` says what is told to whom."""

from services.notifications.application.ports import Messages, MessagesOf
from services.notifications.domain.model import MAIL, Message, Trigger, signed_message_id
from services.notifications.domain.plan import Audience, notices
from services.notifications.domain.states import Status
from shared.database.unit_of_work import UnitOfWork
from shared.events.blocks import AgentCard, Identity
from shared.events.contracts import CerEvent
from shared.events.signature import SignatureVoided
from shared.kernel.clock import Clock
from shared.messaging import work
from shared.messaging.endings import Ending, Stale
from shared.security.sealing import KeyRing


async def tell(event: Trigger, uow: UnitOfWork, messages_of: MessagesOf, keys: KeyRing, clock: Clock) -> Ending | None:
    """Makes the messages that this event triggers, each with its work row.

    A message without address is kept with the status `no_address`: it shows that nobody could be told. An event that
    made its messages already, under whatever event id, is stale. Raises BlockNotReadable.
    """
    messages = messages_of(uow)
    if isinstance(event, SignatureVoided) and event.was_completed:
        await _withdraw_signed(event, messages, clock)
    made = False
    planned = notices(event)
    for notice in planned:
        address = _address(event, notice.audience, keys)
        message = Message.of(event, notice, _referent_id(event, keys), address, clock.now())
        if not await messages.add(message):
            continue
        made = True
        if message.status is Status.PENDING:
            await work.enqueue(uow.session, MAIL, message.id, {"message_id": str(message.id)})
    return Stale("already-told") if planned and not made else None


async def _withdraw_signed(event: SignatureVoided, messages: Messages, clock: Clock) -> None:
    """Sent late, the signed PDF would come after the word that it counts no more, and ask to be kept."""
    signed = await messages.find(signed_message_id(event))
    if signed is not None and signed.withdraw("signature-voided", clock.now()):
        await messages.save(signed)


def _referent_id(event: Trigger, keys: KeyRing) -> str:
    """Whose dossier it is: events of CERs say it in clear, the others in the card of the référent."""
    return event.referent_id if isinstance(event, CerEvent) else keys.open(AgentCard, event.referent).agent_id


def _address(event: Trigger, audience: Audience, keys: KeyRing) -> str | None:
    if audience is Audience.PERSON:
        return keys.open(Identity, event.identity).mail
    return keys.open(AgentCard, event.referent).mail

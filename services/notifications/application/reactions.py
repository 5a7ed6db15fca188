"""What notifications does with an event: one reaction for nearly all, since `domain/plan.py` says who is told what."""

from services.notifications.application.commands import convening
from services.notifications.application.commands.making import Making
from services.notifications.application.commands.ordering import study_aged
from services.notifications.application.ports import Messages, Stores
from services.notifications.domain.model import Message, signed_message_ids
from services.notifications.domain.occasion import Occasion, Trigger
from services.notifications.domain.plan import notices
from services.notifications.domain.remise.model import VOIDED
from shared.database.unit_of_work import UnitOfWork
from shared.events.blocks import AgentCard
from shared.events.contracts import AgentChanged, CerEvent
from shared.events.sessions import SessionEvent
from shared.events.signature import SignatureProlonged, SignatureVoided
from shared.events.validation import StudyAgeing
from shared.kernel.clock import Clock
from shared.messaging.endings import Ending, Stale


async def tell(event: Trigger, uow: UnitOfWork, making: Making) -> Ending | None:
    """Makes the messages that this event triggers, each with its work row.

    An event that made its messages already, under whatever event id, is stale. Raises BlockNotReadable.
    """
    if isinstance(event, SignatureVoided) and event.was_completed:
        await _withdraw_signed(event, making.stores_of(uow), making.clock)
    planned = notices(event)
    if not planned:
        return None
    occasion = Occasion.of(event, _referent_id(event, making))
    made = [await making.make(uow, occasion, notice) for notice in planned]
    return Stale("already-told") if False in made and True not in made else None


async def study_ageing(event: StudyAgeing, uow: UnitOfWork, making: Making) -> Ending | None:
    """Puts a study that waits for too long into the service's next digest; told once for each stay in a state."""
    subject, version = event.subject, event.aggregate_version
    occasion = Occasion(event.ce_type(), subject, version, event.cer_id, event.dossier_id, event.territory, None)
    made = await study_aged(
        uow, making, occasion, state=event.state, priority=event.priority, days=event.threshold_days
    )
    return Stale("already-told") if made is False else None


async def session_heard(event: SessionEvent, uow: UnitOfWork, making: Making) -> Ending | None:
    """Tells the members of a commission what is new to them of their session. Raises BlockNotReadable."""
    return None if await convening.session_heard(uow, making, event) else Stale("superseded")


async def agent_changed(event: AgentChanged, uow: UnitOfWork, making: Making) -> Ending | None:
    """Keeps where an agent is written to. Raises BlockNotReadable."""
    return None if await convening.agent_heard(uow, making, event) else Stale("superseded")


async def _withdraw_signed(event: SignatureVoided, stores: Stores, clock: Clock) -> None:
    """Sent late, the signed PDF would come after the word that it counts no more, and ask to be kept.

    A link that was sent hands nothing over any more.
    """
    signed = await _signed_message(event, stores.messages)
    if signed is None:
        return
    await stores.remises.end(signed.id, VOIDED)
    if signed.withdraw(VOIDED, clock.now()):
        await stores.messages.save(signed)


async def signature_prolonged(event: SignatureProlonged, uow: UnitOfWork, making: Making) -> Ending | None:
    """A signed PDF that is still to leave, may be sent again, or is handed over by a link, is the longer one."""
    stores = making.stores_of(uow)
    signed = await _signed_message(event, stores.messages)
    if signed is None:
        return Stale("nothing-to-renew")
    handed_over = await stores.remises.lengthen(signed.id, event.document)
    if signed.renew(event.document):
        await stores.messages.save(signed)
    elif not handed_over:
        return Stale("nothing-to-renew")
    return None


async def _signed_message(event: SignatureVoided | SignatureProlonged, messages: Messages) -> Message | None:
    for message_id in signed_message_ids(event):
        if (found := await messages.find(message_id)) is not None:
            return found
    return None


def _referent_id(event: Trigger, making: Making) -> str:
    """Whose dossier it is: events of CERs say it in clear, the others in the card of the référent."""
    return event.referent_id if isinstance(event, CerEvent) else making.keys.open(AgentCard, event.referent).agent_id

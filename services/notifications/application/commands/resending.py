"""A person decides that a message that failed, or whose fate is unknown, is sent again."""

from uuid import UUID

from services.notifications.application.commands.making import Making, send_off
from services.notifications.domain.model import Message
from services.notifications.domain.rights import check
from shared.database.unit_of_work import UnitOfWork
from shared.messaging import work
from shared.security.principal import Principal


async def resend(uow: UnitOfWork, making: Making, message_id: UUID, agent: Principal) -> Message:
    """Puts the message back to where it leaves from. Raises NotFound, Forbidden, ImpossibleMove."""
    stores = making.stores_of(uow)
    message = await stores.messages.get(message_id)
    check(agent, "resend-message", message.territory, message.referent_id)
    now = making.clock.now()
    message.resend(now)
    await stores.messages.save(message)
    await stores.remises.renew(message.id, making.link_until())
    if not await work.put_back(uow.session, message.id):
        # It left in a digest or in a print batch, so it never had a row of its own.
        await send_off(uow, making.policy, message, now)
    return message

"""A person decides that a message that failed, or whose fate is unknown, is sent again."""

from datetime import datetime
from uuid import UUID

from services.notifications.application.ports import MessagesOf
from services.notifications.domain.model import Message
from services.notifications.domain.rights import check
from shared.database.unit_of_work import UnitOfWork
from shared.messaging import work
from shared.security.principal import Principal


async def resend(uow: UnitOfWork, messages_of: MessagesOf, message_id: UUID, agent: Principal, at: datetime) -> Message:
    """Puts the message and its work row back. Raises NotFound, Forbidden, ImpossibleMove."""
    messages = messages_of(uow)
    message = await messages.get(message_id)
    check(agent, "resend-message", message.territory, message.referent_id)
    message.resend(at)
    await messages.save(message)
    if not await work.put_back(uow.session, message.id):
        raise RuntimeError("a message that failed has a work row that did not")
    return message

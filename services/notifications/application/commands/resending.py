"""A person decides that a message that failed, or whose fate is unknown, is sent again."""

from datetime import datetime
from uuid import UUID

from services.notifications.application.ports import MessagesOf
from services.notifications.domain.model import Message
from shared.database.unit_of_work import UnitOfWork
from shared.kernel.errors import NotFound
from shared.messaging import work


async def resend(
    uow: UnitOfWork, messages_of: MessagesOf, message_id: UUID, territory: str | None, at: datetime
) -> Message:
    """Puts the message and its work row back; `territory` limits whose messages may be sent again.

    Raises NotFound, ImpossibleMove.
    """
    messages = messages_of(uow)
    message = await messages.get(message_id)
    if territory is not None and message.territory != territory:
        raise NotFound("Aucun message ne porte cet identifiant dans votre territoire.")
    message.resend(at)
    await messages.save(message)
    if not await work.put_back(uow.session, message.id):
        raise RuntimeError("a message that failed has a work row that did not")
    return message

"""What notifications tells: what became of a message."""

from typing import ClassVar
from uuid import UUID

from pydantic import Field

from shared.events.envelope import Event
from shared.events.erasing import ErasureAnswer
from shared.events.topics import NOTIFICATIONS, Topic


class MessageEvent(Event):
    """A fact about one message to one person."""

    topic: ClassVar[Topic] = NOTIFICATIONS
    aggregate: ClassVar[str] = "message"
    subject_field: ClassVar[str] = "message_id"
    key_field: ClassVar[str] = "cer_id"

    message_id: UUID
    cer_id: UUID
    dossier_id: UUID
    template: str
    channel: str = Field(description="`mail`, `sms` or `letter`")
    audience: str = Field(description="`person`, `referent` or `service_insertion`")


class NotificationDelivered(MessageEvent):
    """The provider took the message."""


class NotificationFailed(MessageEvent):
    """The message did not leave, or nobody knows whether it did (`unknown`)."""

    code: str


class MessagesErased(ErasureAnswer):
    """Notifications has nothing of this person any more: messages."""

    topic: ClassVar[Topic] = NOTIFICATIONS


EVENTS: tuple[type[Event], ...] = (NotificationDelivered, NotificationFailed, MessagesErased)

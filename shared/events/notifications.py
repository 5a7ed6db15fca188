"""What notifications tells: what became of a message."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from shared.events.blocks import ContactPoint
from shared.events.envelope import Event
from shared.events.erasing import ErasureAnswer
from shared.events.sealed import Sealed
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


class SessionNoticeEvent(Event):
    """A fact about one message to one member of a commission, about a session."""

    topic: ClassVar[Topic] = NOTIFICATIONS
    aggregate: ClassVar[str] = "message"
    subject_field: ClassVar[str] = "message_id"
    key_field: ClassVar[str] = "session_id"

    message_id: UUID
    session_id: UUID
    template: str
    channel: str = Field(description="`mail`")
    audience: str = Field(description="`member`")


class SessionNoticeDelivered(SessionNoticeEvent):
    """The provider took the message."""


class SessionNoticeFailed(SessionNoticeEvent):
    """The message did not leave, or nobody knows whether it did (`unknown`): the member may not know of the session."""

    code: str


class ContactFailed(Event):
    """Nobody is reached at what the dossier has of the person: a bounce, an unknown number, a letter that came back."""

    topic: ClassVar[Topic] = NOTIFICATIONS
    aggregate: ClassVar[str] = "message"
    subject_field: ClassVar[str] = "message_id"
    key_field: ClassVar[str] = "dossier_id"

    message_id: UUID
    dossier_id: UUID
    channel: str = Field(description="`mail`, `sms` or `letter`: whether it is the mail, the number or the address")
    code: str = Field(description="`smtp-550`, `bounce-5.1.1`, `sms-number`, `sms-not-delivered`, `post-rejected`…")
    at: datetime = Field(description="When it was known (UTC)")
    contact: Sealed[ContactPoint] = Field(description="What was tried: it says nothing of what was entered since")


class MessagesErased(ErasureAnswer):
    """Notifications has nothing of this person any more: messages."""

    topic: ClassVar[Topic] = NOTIFICATIONS


EVENTS: tuple[type[Event], ...] = (
    NotificationDelivered, NotificationFailed, SessionNoticeDelivered, SessionNoticeFailed, ContactFailed,
    MessagesErased,
)  # fmt: skip

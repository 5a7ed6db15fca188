"""What validation tells of commission sessions: what their papers show, and which files their members may read."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from shared.events.blocks import AgentCard, DecisionText, Identity
from shared.events.envelope import Event
from shared.events.sealed import Sealed
from shared.events.topics import VALIDATION, Topic


class Part(BaseModel):
    """A piece of an event."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class SessionMember(Part):
    """Who sits in the session: an agent, or another person with their quality."""

    agent_id: str | None = Field(description="None for who has no account")
    card: Sealed[AgentCard]
    chair: bool = Field(description="Presides over the session")
    present: bool | None = Field(description="None before the session is open")


class SessionCase(Part):
    """A CER of the session, by its place; who it is about, and what was said, are in the events of its file."""

    cer_id: UUID
    file_version: int = Field(ge=1, description="Version of the file's event that tells what the session's papers show")


class Votes(Part):
    """How the members voted, where it was counted."""

    favorable: int = Field(ge=0)
    defavorable: int = Field(ge=0)
    abstention: int = Field(ge=0)


class SessionEvent(Event):
    """A session as it stands after the change. No person who is followed is named: their files' events do it."""

    topic: ClassVar[Topic] = VALIDATION
    aggregate: ClassVar[str] = "session"
    subject_field: ClassVar[str] = "session_id"
    key_field: ClassVar[str] = "session_id"

    session_id: UUID
    commission_kind: str
    label: str = Field(description="The kind's label on the day of the session")
    at: datetime
    place: str
    territory: str | None
    state: str = Field(description="`convened`, `open`, `closed` or `cancelled`")
    members: tuple[SessionMember, ...]
    secretary: Sealed[AgentCard] = Field(description="Who acted last for the insertion service")
    cases: tuple[SessionCase, ...] = Field(description="In the order of the agenda")


class SessionConvened(SessionEvent):
    """The members are called: from now on they read the files of the agenda."""


class SessionChanged(SessionEvent):
    """Date, place, members, presence or agenda changed since it was convened; or its papers are asked for anew."""


class SessionClosed(SessionEvent):
    """Each CER of the agenda has its opinion, or was put off; the members read nothing any more."""


class SessionCancelled(SessionEvent):
    """It does not take place; the members read nothing any more."""


class CommissionFileEvent(Event):
    """The file of one CER before one session. The version is that of the session: the highest says what holds."""

    topic: ClassVar[Topic] = VALIDATION
    aggregate: ClassVar[str] = "commission_file"
    subject_field: ClassVar[str] = "file_id"
    key_field: ClassVar[str] = "cer_id"

    file_id: UUID = Field(description="Of this CER in this session: always the same")
    session_id: UUID
    cer_id: UUID
    dossier_id: UUID
    territory: str
    submission: int = Field(ge=1)
    numero: int
    nature: str
    commission_kind: str
    requests: tuple[str, ...]
    members: tuple[str, ...] = Field(description="The agents who sit in the session")
    until: datetime = Field(description="Past it nothing is read any more, even if the session was never closed")
    identity: Sealed[Identity]
    referent: Sealed[AgentCard]


class FileOpenedToCommission(CommissionFileEvent):
    """These members may read this CER and its dossier; those of an older version no more."""


class FileClosedToCommission(CommissionFileEvent):
    """No member of this session may read it any more."""

    reason: str = Field(description="`withdrawn`, `postponed`, `closed` or `cancelled`")
    opinion: str | None = Field(description="`favorable`, `defavorable` or `ajourne`; none if none was given")
    votes: Votes | None
    words: Sealed[DecisionText] | None = Field(description="What the minutes say of it")


EVENTS: tuple[type[Event], ...] = (
    SessionConvened, SessionChanged, SessionClosed, SessionCancelled, FileOpenedToCommission, FileClosedToCommission,
)  # fmt: skip

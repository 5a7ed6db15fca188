"""What a session is made of: members, CERs of the agenda, lines of its history."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from shared.events.blocks import AgentCard, DecisionText, Identity, Reason
from shared.events.sealed import Sealed
from shared.events.sessions import Votes


class SessionOpinion(StrEnum):
    """What a commission says of a CER in a session. `AJOURNE` puts it off to another one."""

    FAVORABLE = "favorable"
    DEFAVORABLE = "defavorable"
    AJOURNE = "ajourne"


class Ending(StrEnum):
    """How a CER left the agenda, and how its file was closed to the members."""

    WITHDRAWN = "withdrawn"
    POSTPONED = "postponed"
    CLOSED = "closed"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Act:
    """Who does something to a session, and when (UTC)."""

    by: AgentCard
    at: datetime


@dataclass(frozen=True)
class Plan:
    """When and where a session takes place (`at` in UTC). `territory`: none for the whole département."""

    at: datetime
    place: str
    territory: str | None = None


@dataclass(frozen=True)
class Said:
    """What a commission says of a CER, how its members voted if it was counted, and what the minutes tell of it."""

    opinion: SessionOpinion
    votes: Votes | None
    words: DecisionText


@dataclass(frozen=True)
class Member:
    """Who sits. `agent_id`: none for who has no account. `present`: none before the session is open."""

    id: UUID
    agent_id: str | None
    card: Sealed[AgentCard]
    chair: bool = False
    present: bool | None = None


@dataclass(frozen=True)
class Subject:
    """The CER of an item, as its study has it."""

    study_id: UUID
    cer_id: UUID
    dossier_id: UUID
    territory: str
    referent_id: str
    submission: int
    numero: int
    nature: str
    requests: tuple[str, ...]
    identity: Sealed[Identity]
    referent: Sealed[AgentCard]


@dataclass
class Item:
    """A CER on the agenda. `file_version`: of the event that told its file last; 0 while none did.

    `ending`: none while it is on the agenda of a session that is not over.
    """

    subject: Subject
    position: int
    opinion: SessionOpinion | None = None
    votes: Votes | None = None
    words: Sealed[DecisionText] | None = None
    ending: Ending | None = None
    postponed_to: UUID | None = None
    file_version: int = 0

    @property
    def live(self) -> bool:
        """Whether it is on the agenda still."""
        return self.ending is None

    @property
    def minuted(self) -> bool:
        """Whether the session's papers show it: what was withdrawn leaves no line there."""
        return self.ending is not Ending.WITHDRAWN


@dataclass(frozen=True)
class SessionMove:
    """One line of the session's history. `detail` is a code, never a text."""

    verb: str
    actor: str
    at: datetime
    study_id: UUID | None = None
    detail: str = ""
    reason: Sealed[Reason] | None = None

"""What the use cases of commission sessions ask of the outside."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from services.validation.domain.sessions.model import Session
from services.validation.domain.sessions.parts import Subject
from services.validation.domain.sessions.quorum import Quorum
from services.validation.domain.sessions.states import SessionState


class Sessions(Protocol):
    """The sessions of one transaction. A session is locked before the studies of its agenda, two by their ids."""

    async def add(self, prepared: Session) -> None:
        """Stores a session for the first time."""
        ...

    async def get(self, session_id: UUID, *, locked: bool = True) -> Session:
        """The session. Raises UnknownSession."""
        ...

    async def both(self, first: UUID, second: UUID) -> tuple[Session, Session]:
        """Two sessions, locked, in the order in which they are asked for. Raises UnknownSession."""
        ...

    async def holding(self, study_ids: Sequence[UUID]) -> dict[UUID, UUID]:
        """The session that has each of these studies on its agenda, and is not over; most are on none."""
        ...

    async def save(self, changed: Session) -> None:
        """Stores the moves made since it was loaded. Raises RaceLost, AlreadyOnAgenda."""
        ...

    async def waiting(self, kind: str, territory: str | None, limit: int) -> list[UUID]:
        """Studies that wait for such a commission, on no agenda and without opinion, in the worklist's order."""
        ...

    async def subjects(self, study_ids: list[UUID]) -> dict[UUID, Subject]:
        """What a session has to know of these studies."""
        ...

    async def quorum(self, kind: str) -> Quorum:
        """What this kind asks for; nobody said so yet: version 0, none."""
        ...

    async def quorums(self) -> list[Quorum]:
        """What each kind asks for, of which somebody said it."""
        ...

    async def ask(self, changed: Quorum) -> None:
        """Keeps what a kind asks for. Raises RaceLost."""
        ...


@dataclass(frozen=True)
class SessionPlace:
    """A session's place in a list: what the next page starts after."""

    at: datetime
    id: UUID


@dataclass(frozen=True)
class SessionFilter:
    """Which sessions are asked for; none of a criterion means all. `member`: an agent who sits in them."""

    states: tuple[SessionState, ...] = ()
    kind: str | None = None
    territory: str | None = None
    since: datetime | None = None
    member: str | None = None


@dataclass(frozen=True)
class SessionRow:
    """A session in a list."""

    id: UUID
    kind: str
    label: str
    at: datetime
    place: str
    territory: str | None
    state: str
    version: int
    cers: int
    opinions: int


@dataclass(frozen=True)
class SessionMoveRow:
    """A line of a session's history; `version` is its place, `actor` an agent's id, `detail` a code."""

    version: int
    verb: str
    actor: str
    at: datetime
    study_id: UUID | None
    detail: str


class SessionReading(Protocol):
    """Reads outside any command."""

    async def page(self, wanted: SessionFilter, after: SessionPlace | None, limit: int) -> list[SessionRow]:
        """Sessions by their date, the first at the top."""
        ...

    async def history(self, session_id: UUID, before: int | None, limit: int) -> list[SessionMoveRow]:
        """Moves of a session, newest first, from those before this version; none of an unknown one."""
        ...

    async def subjects(self, study_ids: list[UUID]) -> dict[UUID, Subject]:
        """What a session has to know of these studies."""
        ...

"""Commission sessions as agents see them: those of the insertion service, and members while theirs is open."""

from dataclasses import asdict, dataclass, replace
from datetime import datetime
from uuid import UUID

from pydantic import BaseModel

from services.validation.application.ports.sessions import (
    SessionFilter,
    SessionPlace,
    SessionReading,
    SessionRow,
    Sessions,
)
from services.validation.application.queries import Person
from services.validation.domain.rights import SCOPES
from services.validation.domain.sessions.model import Session
from services.validation.domain.sessions.parts import Item, Member
from services.validation.domain.sessions.rules import UnknownSession
from services.validation.domain.sessions.states import READ_BY_MEMBERS
from services.validation.domain.sessions.telling import READABLE_AFTER, readable_until
from shared.audit.witness import shown
from shared.events.blocks import AgentCard, Identity
from shared.events.sessions import Votes
from shared.security.principal import Principal
from shared.security.reach import Scope
from shared.security.sealing import KeyRing


class SessionLine(BaseModel):
    """A session in a list, with how many CERs it examines and how many have their opinion. `at` is UTC."""

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


class MemberView(BaseModel):
    """Who sits. `present` is null before the session is open."""

    id: UUID
    agent_id: str | None
    full_name: str
    quality: str
    chair: bool
    present: bool | None


class ItemView(BaseModel):
    """A CER of the session, by its place. `ending` is null while it is on the agenda."""

    study_id: UUID
    cer_id: UUID
    dossier_id: UUID
    numero: int
    nature: str
    territory: str
    requests: tuple[str, ...]
    person: Person
    referent: str
    opinion: str | None
    votes: Votes | None
    ending: str | None
    postponed_to: UUID | None


class SessionMoveView(BaseModel):
    """A line of a session's history: who (an agent's id) did what and when (UTC), to which CER of the agenda."""

    version: int
    verb: str
    actor: str
    at: datetime
    study_id: UUID | None
    detail: str


class SessionView(BaseModel):
    """A session with its members and its CERs; `quorum` is 0 where the kind asks for none."""

    id: UUID
    kind: str
    label: str
    at: datetime
    place: str
    territory: str | None
    state: str
    version: int
    quorum: int
    readable_until: datetime
    members: list[MemberView]
    items: list[ItemView]


@dataclass(frozen=True)
class SessionPage:
    """Sessions by date; `following` is the place after which the next ones begin, if there are any."""

    sessions: list[SessionLine]
    following: SessionPlace | None


@dataclass(frozen=True)
class Reader:
    """Who reads sessions, and when."""

    agent: Principal
    now: datetime

    @property
    def sits(self) -> bool:
        """Whether they read only what they sit in."""
        return SCOPES["read-session"][self.agent.role] is not Scope.ALL


async def sessions(
    reading: SessionReading, reader: Reader, wanted: SessionFilter, after: SessionPlace | None, limit: int
) -> SessionPage:
    """A page of sessions; a member's are those that they read now."""
    if reader.sits:
        states = tuple(sorted(READ_BY_MEMBERS & set(wanted.states or READ_BY_MEMBERS)))
        if not states:
            return SessionPage([], None)
        oldest = reader.now - READABLE_AFTER
        since = max(oldest, wanted.since) if wanted.since is not None else oldest
        wanted = replace(wanted, states=states, member=reader.agent.subject, since=since)
    rows = await reading.page(wanted, after, limit + 1)
    page = rows[:limit]
    following = SessionPlace(page[-1].at, page[-1].id) if len(rows) > limit else None
    return SessionPage([_line(row) for row in page], following)


async def session(known: Sessions, keys: KeyRing, reader: Reader, session_id: UUID) -> SessionView:
    """One session. Raises UnknownSession, also to who does not sit in it, or no more."""
    found = await known.get(session_id, locked=False)
    # What was withdrawn is the insertion service's to know.
    items = [one for one in found.items if one.minuted or not reader.sits]
    shown(*(one.subject for one in items))
    if reader.sits and not _reads(found, reader):
        raise UnknownSession
    return SessionView(
        id=found.id,
        kind=found.kind,
        label=found.label,
        at=found.plan.at,
        place=found.plan.place,
        territory=found.plan.territory,
        state=found.state,
        version=found.version,
        quorum=found.quorum,
        readable_until=readable_until(found.plan.at),
        members=[_member(one, keys) for one in found.members],
        items=[_item(one, keys) for one in sorted(items, key=lambda one: (not one.live, one.position))],
    )


async def history(
    reading: SessionReading, session_id: UUID, before: int | None, limit: int
) -> tuple[list[SessionMoveView], int | None]:
    """Moves of a session, newest first, and the version before which the next ones are. Raises UnknownSession."""
    rows = await reading.history(session_id, before, limit + 1)
    if not rows and before is None:
        raise UnknownSession
    page = [SessionMoveView(**asdict(row)) for row in rows[:limit]]
    about = await reading.subjects([one.study_id for one in page if one.study_id is not None])
    shown(*about.values())
    return page, page[-1].version if len(rows) > limit else None


def _reads(found: Session, reader: Reader) -> bool:
    member = reader.agent.subject in {one.agent_id for one in found.members}
    return member and found.state in READ_BY_MEMBERS and reader.now < readable_until(found.plan.at)


def _line(row: SessionRow) -> SessionLine:
    return SessionLine(**{name: getattr(row, name) for name in SessionLine.model_fields})


def _member(one: Member, keys: KeyRing) -> MemberView:
    card = keys.open(AgentCard, one.card)
    return MemberView(
        id=one.id,
        agent_id=one.agent_id,
        full_name=card.full_name,
        quality=card.quality,
        chair=one.chair,
        present=one.present,
    )


def _item(one: Item, keys: KeyRing) -> ItemView:
    subject = one.subject
    names = ("study_id", "cer_id", "dossier_id", "numero", "nature", "territory", "requests")
    return ItemView(
        **{name: getattr(subject, name) for name in names},
        person=Person.of(keys.open(Identity, subject.identity)),
        referent=keys.open(AgentCard, subject.referent).full_name,
        opinion=one.opinion,
        votes=one.votes,
        ending=one.ending,
        postponed_to=one.postponed_to,
    )

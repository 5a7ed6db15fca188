"""What agents send and get back when they act on a commission session."""

from dataclasses import astuple
from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, JsonValue, TypeAdapter

from services.validation.application.commands.sessions import PutOff
from services.validation.application.ports.sessions import SessionFilter, SessionPlace
from services.validation.application.queries.sessions import SessionLine, SessionPage
from services.validation.domain.sessions.model import MAX_ITEMS, Session
from services.validation.domain.sessions.parts import Member, Plan, Said, SessionOpinion
from services.validation.domain.sessions.quorum import Quorum
from services.validation.domain.sessions.states import SessionState
from services.validation.domain.values import Opinion
from services.validation.entrypoints.http.bodies import Body, Short, Words
from shared.events.blocks import AgentCard, DecisionText
from shared.events.sealed import seal
from shared.events.sessions import Votes
from shared.http.cursors import cursor_of, place_of
from shared.kernel.ids import new_id

Name = Annotated[str, Field(min_length=1, max_length=200)]
Count = Annotated[int, Field(ge=0, le=1000)]

_FORM = TypeAdapter(tuple[AwareDatetime, UUID])


class SessionsQuery(Body):
    """Which sessions are asked for."""

    state: list[SessionState] = Field(default_factory=list)
    kind: str | None = None
    territory: str | None = None
    since: AwareDatetime | None = Field(default=None, description="Those of this instant or later")
    cursor: str | None = Field(default=None, min_length=1, max_length=400, description="The `next` of the page before")
    limit: int = Field(default=50, ge=1, le=200)

    def filter(self) -> SessionFilter:
        """As the queries take it."""
        return SessionFilter(tuple(self.state), self.kind, self.territory, self.since)

    def place(self) -> SessionPlace | None:
        """Where the page begins. Raises Invalid."""
        return SessionPlace(*place_of(_FORM, self.cursor, "cursor")) if self.cursor is not None else None


class SessionList(BaseModel):
    """A page; `next` is the cursor of the following one."""

    sessions: list[SessionLine]
    next: str | None

    @classmethod
    def of(cls, page: SessionPage) -> Self:
        """The answer for a page that was read."""
        following = cursor_of(astuple(page.following)) if page.following else None
        return cls(sessions=page.sessions, next=following)


class MemberIn(Body):
    """Who sits: an agent by their account, or another person. `id`: of a member who is there already."""

    id: UUID | None = None
    agent_id: str | None = Field(default=None, min_length=1, max_length=200)
    full_name: Name
    quality: Name
    chair: bool = False

    def member(self) -> Member:
        """As the domain takes it."""
        card = AgentCard(agent_id=self.agent_id or "", full_name=self.full_name, mail=None, quality=self.quality)
        return Member(self.id or new_id(), self.agent_id, seal(card), self.chair)


_PRESIDENT: dict[str, JsonValue] = {
    "agent_id": "commission-1",
    "full_name": "Alix Tanargue",
    "quality": "Présidente",
    "chair": True,
}
_PLAN: dict[str, JsonValue] = {"at": "2026-04-14T12:30:00Z", "place": "Maison du Département, Aubenas"}


class PlanIn(Body):
    """When and where; `territory` for a session that examines the CERs of one."""

    model_config = ConfigDict(json_schema_extra={"examples": [_PLAN]})

    at: AwareDatetime
    place: Name
    territory: str | None = Field(default=None, min_length=1, max_length=100)

    def plan(self) -> Plan:
        """As the domain takes it."""
        return Plan(self.at, self.place, self.territory)


class SessionIn(PlanIn):
    """A session to prepare."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"kind": "ep", **_PLAN, "members": [_PRESIDENT]}]})

    kind: str = Field(min_length=1, max_length=100, description="Code of a choice of the list `commission-kinds`")
    members: list[MemberIn] = Field(default_factory=list, max_length=100)


class MembersIn(Body):
    """All the members."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"members": [_PRESIDENT]}]})

    members: list[MemberIn] = Field(max_length=100)


class AgendaSize(Body):
    """How many CERs are put on the agenda at most."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"limit": 30}]})

    limit: int = Field(default=30, ge=1, le=MAX_ITEMS)


class AgendaIn(Body):
    """CERs by their studies: those to add, or the whole agenda in its new order."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"studies": ["01980000-0000-7000-8000-000000000057"]}]})

    studies: list[UUID] = Field(min_length=1, max_length=MAX_ITEMS)


class PresenceIn(Body):
    """The members who are present, by their ids."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"present": []}]})

    present: list[UUID] = Field(max_length=100)


class Cancellation(Body):
    """Why the session does not take place."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "La présidente est empêchée."}]})

    reason: Words


class VotesIn(Body):
    """How the members voted, where it was counted."""

    favorable: Count
    defavorable: Count
    abstention: Count = 0


class SessionOpinionIn(Body):
    """What the commission says of a CER; `comment` and `motives` stand in the minutes."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"opinion": "favorable"}]})

    opinion: Opinion
    votes: VotesIn | None = None
    comment: Words = ""
    motives: list[Short] = Field(default_factory=list, max_length=20)

    def said(self) -> Said:
        """As the domain takes it."""
        votes = Votes(**self.votes.model_dump()) if self.votes else None
        words = DecisionText(comment=self.comment.strip(), motives=tuple(self.motives))
        return Said(SessionOpinion(self.opinion.value), votes, words)


class Postponement(Body):
    """Ajournement: to which session, and why."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"to": "01980000-0000-7000-8000-0000000000b2", "reason": "La personne demande à être entendue."}
            ]
        }
    )

    to: UUID
    reason: Words

    def put_off(self) -> PutOff:
        """As the commands take it."""
        return PutOff(self.to, self.reason)


class ItemAnswer(BaseModel):
    """A CER of the agenda after the act."""

    study_id: UUID
    cer_id: UUID
    opinion: SessionOpinion | None


class SessionAnswer(BaseModel):
    """Where the session stands after the act; `version` is also the ETag, `agenda` in its order. It names nobody."""

    id: UUID
    state: SessionState
    kind: str
    at: datetime
    version: int
    quorum: int
    members: list[UUID]
    agenda: list[ItemAnswer]

    @classmethod
    def of(cls, session: Session) -> Self:
        """The answer for a session that was just saved."""
        return cls(
            id=session.id,
            state=session.state,
            kind=session.kind,
            at=session.plan.at,
            version=session.version,
            quorum=session.quorum,
            members=[one.id for one in session.members],
            agenda=[
                ItemAnswer(study_id=one.subject.study_id, cer_id=one.subject.cer_id, opinion=one.opinion)
                for one in session.live
            ],
        )


class QuorumIn(Body):
    """How many members have to be present for an opinion; 0 asks for none."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"members": 3}]})

    members: int = Field(ge=0, le=100)


class QuorumView(BaseModel):
    """What a kind of commission asks for. Version 0: nobody said it yet."""

    kind: str
    members: int
    version: int

    @classmethod
    def of(cls, quorum: Quorum) -> Self:
        """As it is kept."""
        return cls(kind=quorum.kind, members=quorum.members, version=quorum.version)


class QuorumList(BaseModel):
    """The kinds of which somebody said what they ask for."""

    quorums: list[QuorumView]

"""A commission session: one row, one lock. Each method makes one move, and returns what is told of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Self
from uuid import UUID

from services.validation.domain.rules import required_reason
from services.validation.domain.sessions import rules
from services.validation.domain.sessions.parts import (
    Act,
    Ending,
    Item,
    Member,
    Plan,
    Said,
    SessionMove,
    SessionOpinion,
    Subject,
)
from services.validation.domain.sessions.states import (
    READ_BY_MEMBERS,
    TO_COME,
    SessionState,
    SessionVerb,
    next_session_state,
)
from services.validation.domain.sessions.telling import file_closed, file_opened, told
from services.validation.domain.states import State
from shared.events.blocks import AgentCard, DecisionText, Reason
from shared.events.envelope import Event
from shared.events.sealed import Sealed, seal
from shared.events.sessions import SessionConvened
from shared.kernel.clock import legal_date
from shared.kernel.errors import RaceLost

MAX_ITEMS = 200


@dataclass
class Session:
    """A session of one kind of commission. `label`: of the kind; `quorum`: members who have to be present, 0 for none.

    `secretary`: who acted last for the insertion service.
    """

    id: UUID
    kind: str
    label: str
    plan: Plan
    state: SessionState
    secretary: Sealed[AgentCard]
    quorum: int = 0
    version: int = 0
    members: tuple[Member, ...] = ()
    items: list[Item] = field(default_factory=list)
    moves: list[SessionMove] = field(default_factory=list)

    @classmethod
    def prepare(cls, session_id: UUID, kind: tuple[str, str], plan: Plan, members: Sequence[Member], act: Act) -> Self:
        """A session in preparation, of this kind (code and label). Raises MemberTwice."""
        rules.members_once([one.agent_id for one in members], sum(one.chair for one in members))
        made = cls(session_id, kind[0], kind[1], plan, SessionState.PREPARATION, seal(act.by), members=tuple(members))
        made._record(SessionMove("prepare", act.by.agent_id, act.at), act)
        return made

    @property
    def live(self) -> list[Item]:
        """The CERs of the agenda, in its order."""
        return sorted((one for one in self.items if one.live), key=lambda one: one.position)

    @property
    def room(self) -> int:
        """How many CERs the agenda still takes."""
        return MAX_ITEMS - len(self.live)

    @property
    def present(self) -> int:
        """How many members are present."""
        return sum(bool(one.present) for one in self.members)

    def check_seen(self, version: int) -> None:
        """An agent acts on what they saw. Raises RaceLost."""
        if version != self.version:
            raise RaceLost("La séance a changé depuis que vous l'avez ouverte : rechargez-la, puis recommencez.")

    def item(self, study_id: UUID) -> Item:
        """A CER of the agenda. Raises NotOnAgenda."""
        found = next((one for one in self.items if one.live and one.subject.study_id == study_id), None)
        if found is None:
            raise rules.NotOnAgenda
        return found

    def reschedule(self, plan: Plan, act: Act) -> list[Event]:
        """Another date or place. Files stay open until a day that follows the new one."""
        self._move(SessionVerb.RESCHEDULE, act)
        self.plan = plan
        return self._reopened()

    def seat(self, members: Sequence[Member], act: Act) -> list[Event]:
        """Other members: those who leave read nothing any more. Raises MemberTwice, QuorumNotMet, SessionIncomplete."""
        rules.members_once([one.agent_id for one in members], sum(one.chair for one in members))
        next_session_state(self.state, SessionVerb.SEAT)
        if self.state in READ_BY_MEMBERS:
            rules.complete(chaired=any(one.chair for one in members), cers=len(self.live))
        presence = {one.id: one.present for one in self.members}
        absent = False if self.state is SessionState.OPEN else None
        seated = tuple(replace(one, present=presence.get(one.id, absent)) for one in members)
        self._hold_quorum(seated)
        self._move(SessionVerb.SEAT, act)
        self.members = seated
        return self._reopened()

    def add(self, subject: Subject, act: Act) -> list[Event]:
        """Puts a CER at the end of the agenda. Raises AgendaFull, AlreadyOnAgenda."""
        return self.add_all([subject], act)

    def add_all(self, subjects: Sequence[Subject], act: Act) -> list[Event]:
        """Puts CERs at the end of the agenda, in this order. Raises AgendaFull, AlreadyOnAgenda, NotForThisSession."""
        next_session_state(self.state, SessionVerb.ADD)
        if len(subjects) > self.room:
            raise rules.AgendaFull(f"Une séance examine {MAX_ITEMS} CER au plus : préparez-en une autre.")
        study = subjects[0].study_id if len(subjects) == 1 else None
        self._move(SessionVerb.ADD, act, study_id=study, detail=str(len(subjects)))
        added = [self._put(subject) for subject in subjects]
        if self.state not in READ_BY_MEMBERS:
            return []
        return [*(file_opened(self, one) for one in added), told(self)]

    def withdraw(self, study_id: UUID, act: Act, detail: str = "") -> list[Event]:
        """Takes a CER off the agenda. Raises NotOnAgenda, OpinionAlreadyGiven."""
        item = self.item(study_id)
        next_session_state(self.state, SessionVerb.WITHDRAW)
        if item.opinion is not None:
            raise rules.OpinionAlreadyGiven("La commission a rendu son avis sur ce CER : clôturez d'abord la séance.")
        self._move(SessionVerb.WITHDRAW, act, study_id=study_id, detail=detail)
        item.ending = Ending.WITHDRAWN
        return [file_closed(self, item, Ending.WITHDRAWN), told(self)] if self.state in READ_BY_MEMBERS else []

    def let_go(self, study_id: UUID, state: State, act: Act) -> list[Event]:
        """The study of a CER of the agenda moved by itself, to this state: the CER leaves the agenda with it.

        Raises OpinionBelongsToSession, SessionNotClosed, OpinionAlreadyGiven for what the session has to do first.
        """
        rules.left_by_itself(says=state is State.EN_COMMISSION, decides=state is State.DECIDE, at=self.plan.at)
        return self.withdraw(study_id, act, detail=state.value)

    def reorder(self, order: Sequence[UUID], act: Act) -> list[Event]:
        """Examines the CERs in this order: each of the agenda, once. Raises AgendaMismatch."""
        live = {one.subject.study_id: one for one in self.live}
        rules.same_agenda(order, live.keys())
        self._move(SessionVerb.REORDER, act)
        places = sorted(one.position for one in live.values())
        for place, study_id in zip(places, order, strict=True):
            live[study_id].position = place
        return [told(self)] if self.state in READ_BY_MEMBERS else []

    def convene(self, act: Act) -> list[Event]:
        """Calls the members, who read the files of the agenda from now on. Raises SessionIncomplete."""
        next_session_state(self.state, SessionVerb.CONVENE)
        rules.complete(chaired=any(one.chair for one in self.members), cers=len(self.live))
        self._move(SessionVerb.CONVENE, act)
        return [*(file_opened(self, one) for one in self.live), told(self, SessionConvened)]

    def open(self, present: Sequence[UUID], quorum: int, act: Act) -> list[Event]:
        """The session begins, with these members and the quorum that its kind asks for on this day.

        Raises SessionNotYet, UnknownMember.
        """
        next_session_state(self.state, SessionVerb.OPEN)
        if legal_date(act.at) < legal_date(self.plan.at):
            raise rules.SessionNotYet(
                f"La séance est prévue le {rules.french_day(self.plan.at)} : ouvrez-la ce jour-là, ou avancez sa date."
            )
        seated = self._seated(present)
        self._move(SessionVerb.OPEN, act, detail=str(quorum))
        self.members, self.quorum = seated, quorum
        return [told(self)]

    def note_presence(self, present: Sequence[UUID], act: Act) -> list[Event]:
        """Who is present now. Raises UnknownMember, QuorumNotMet when opinions were given already."""
        next_session_state(self.state, SessionVerb.NOTE_PRESENCE)
        seated = self._seated(present)
        self._hold_quorum(seated)
        self._move(SessionVerb.NOTE_PRESENCE, act)
        self.members = seated
        return [told(self)]

    def give_opinion(self, study_id: UUID, said: Said, act: Act) -> None:
        """What the commission says of a CER; corrected until the session is closed, on the record.

        The study tells it (`OpinionGiven`). Raises NotOnAgenda, QuorumNotMet, VotesExceedPresence.
        """
        next_session_state(self.state, SessionVerb.GIVE_OPINION)
        item = self.item(study_id)
        rules.quorate(self.present, self.quorum)
        rules.voted(said.votes, self.present)
        self._move(SessionVerb.GIVE_OPINION, act, study_id=study_id, detail=said.opinion.value)
        item.opinion, item.votes, item.words = said.opinion, said.votes, seal(said.words)

    def postpone(self, study_id: UUID, to: "Session", reason: str, act: Act) -> list[Event]:
        """Puts a CER off to another session, which takes it by `add`. Raises NotOnAgenda, PostponementImpossible."""
        next_session_state(self.state, SessionVerb.POSTPONE)
        item = self.item(study_id)
        rules.quorate(self.present, self.quorum)
        text = required_reason(reason)
        rules.can_wait_for(other=to.id != self.id, same_kind=to.kind == self.kind, coming=to.state in TO_COME)
        self._move(SessionVerb.POSTPONE, act, study_id=study_id, detail=str(to.id), reason=seal(Reason(text=text)))
        item.opinion, item.votes, item.words = SessionOpinion.AJOURNE, None, seal(DecisionText(comment=text))
        item.ending, item.postponed_to = Ending.POSTPONED, to.id
        return [file_closed(self, item, Ending.POSTPONED), told(self)]

    def close(self, act: Act) -> list[Event]:
        """The session is over: its minutes are made, outcomes can be recorded. Raises OpinionsMissing."""
        next_session_state(self.state, SessionVerb.CLOSE)
        live = self.live
        rules.all_said([place for place, one in enumerate(live, 1) if one.opinion is None])
        self._move(SessionVerb.CLOSE, act)
        return self._ended(live, Ending.CLOSED)

    def cancel(self, reason: str, act: Act) -> list[Event]:
        """It does not take place: its CERs can come before another one. Raises ReasonRequired, OpinionAlreadyGiven."""
        next_session_state(self.state, SessionVerb.CANCEL)
        if self._opinions():
            raise rules.OpinionAlreadyGiven(
                "La commission a déjà rendu des avis : ajournez les autres CER, puis clôturez la séance."
            )
        convened = self.state in READ_BY_MEMBERS
        text = required_reason(reason)
        self._move(SessionVerb.CANCEL, act, reason=seal(Reason(text=text)))
        events = self._ended(self.live, Ending.CANCELLED)
        return events if convened else []

    def tell_again(self, act: Act) -> list[Event]:
        """Has the session's papers made anew, and its files opened again where a reader lost them."""
        self._move(SessionVerb.TELL_AGAIN, act)
        if self.state in READ_BY_MEMBERS:
            return self._reopened()
        shown = [one for one in self.items if one.ending is Ending.CLOSED]
        return [*(file_closed(self, one, Ending.CLOSED) for one in shown), told(self)]

    def _put(self, subject: Subject) -> Item:
        before = next((one for one in self.items if one.subject.study_id == subject.study_id), None)
        if before is not None and before.live:
            raise rules.AlreadyOnAgenda
        if before is not None and before.ending is not Ending.WITHDRAWN:
            raise rules.NotForThisSession("Cette séance a ajourné ce CER : il passe dans une autre.")
        item = Item(subject, max((one.position for one in self.items), default=0) + 1)
        self.items = [one for one in self.items if one is not before] + [item]
        return item

    def _reopened(self) -> list[Event]:
        """The files of the agenda as they are read now, and the session; nothing before it is convened."""
        if self.state not in READ_BY_MEMBERS:
            return []
        return [*(file_opened(self, one) for one in self.live), told(self)]

    def _ended(self, live: Sequence[Item], how: Ending) -> list[Event]:
        closed: list[Event] = []
        for one in live:
            one.ending = how
            closed.append(file_closed(self, one, how))
        return [*closed, told(self)]

    def _seated(self, present: Sequence[UUID]) -> tuple[Member, ...]:
        rules.all_members(present, {one.id for one in self.members})
        return tuple(replace(one, present=one.id in present) for one in self.members)

    def _opinions(self) -> bool:
        return any(one.opinion is not None for one in self.items if one.minuted)

    def _hold_quorum(self, seated: Sequence[Member]) -> None:
        """What was said by a quorate session stays so."""
        if self.state is SessionState.OPEN and self._opinions():
            rules.quorate(sum(bool(one.present) for one in seated), self.quorum)

    def _move(
        self,
        verb: SessionVerb,
        act: Act,
        *,
        study_id: UUID | None = None,
        detail: str = "",
        reason: Sealed[Reason] | None = None,
    ) -> None:
        self.state = next_session_state(self.state, verb)
        self._record(SessionMove(verb.value, act.by.agent_id, act.at, study_id, detail, reason), act)

    def _record(self, move: SessionMove, act: Act) -> None:
        self.moves.append(move)
        self.version += 1
        self.secretary = seal(act.by)

"""What the insertion service does to a commission session: one locked session, then the studies of its agenda."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from services.validation.application.commands import Order, record_outcome
from services.validation.application.ports import ListsOf, Studies, StudiesOf
from services.validation.domain.lists import ListName, usable_kind
from services.validation.domain.model import Study
from services.validation.domain.motives import worded
from services.validation.domain.sessions.model import Session
from services.validation.domain.sessions.parts import Act, Ending, Member, Plan, Said, Subject
from services.validation.domain.sessions.quorum import Quorum
from services.validation.domain.sessions.rules import NotForThisSession, NotOnAgenda, something
from services.validation.domain.values import Opinion, Outcome, Verdict
from shared.database.driver import part
from shared.database.unit_of_work import UnitOfWork
from shared.events.envelope import Event
from shared.kernel.clock import legal_date
from shared.kernel.errors import Refusal
from shared.kernel.ids import new_id


@dataclass(frozen=True)
class SessionOrder:
    """Which session, the version that the agent had before their eyes, who and when."""

    session_id: UUID
    seen: int
    act: Act


@dataclass(frozen=True)
class Preparation:
    """A session to prepare."""

    kind: str
    plan: Plan
    members: Sequence[Member]


@dataclass(frozen=True)
class PutOff:
    """To which session a CER is put off, and why."""

    to: UUID
    reason: str


@dataclass(frozen=True)
class OutcomeAsked:
    """The outcome of one CER of a session, on the version of its study that the agent saw."""

    study_id: UUID
    seen: int
    verdict: Verdict


@dataclass(frozen=True)
class OutcomeMade:
    """What became of it: the outcome, or why it was refused."""

    study_id: UUID
    outcome: Outcome | None = None
    refusal: Refusal | None = None


async def prepare(uow: UnitOfWork, studies_of: StudiesOf, lists_of: ListsOf, asked: Preparation, act: Act) -> Session:
    """A session of a kind that can be asked on its day.

    Raises UnknownCommissionKind, CommissionKindNotUsable, MemberTwice.
    """
    kinds = await lists_of(uow).get(ListName.COMMISSION_KINDS)
    day = legal_date(asked.plan.at)
    code = usable_kind(kinds, asked.kind, day)
    session = Session.prepare(new_id(), (code, kinds.label(code, day)), asked.plan, asked.members, act)
    await studies_of(uow).sessions.add(session)
    return session


async def move(
    uow: UnitOfWork, studies_of: StudiesOf, order: SessionOrder, made: Callable[[Session], list[Event]]
) -> Session:
    """A move that concerns the session alone. Raises UnknownSession, RaceLost, and what the move refuses."""
    sessions = studies_of(uow).sessions
    session = await sessions.get(order.session_id)
    session.check_seen(order.seen)
    told = made(session)
    await sessions.save(session)
    uow.emit(*told)
    return session


async def open_session(uow: UnitOfWork, studies_of: StudiesOf, order: SessionOrder, present: Sequence[UUID]) -> Session:
    """The session begins, with the quorum that its kind asks for. Raises as `move`, SessionNotYet, UnknownMember."""
    sessions = studies_of(uow).sessions
    session = await sessions.get(order.session_id)
    session.check_seen(order.seen)
    asked = await sessions.quorum(session.kind)
    told = session.open(present, asked.members, order.act)
    await sessions.save(session)
    uow.emit(*told)
    return session


async def put_on_agenda(
    uow: UnitOfWork, studies_of: StudiesOf, order: SessionOrder, study_ids: Sequence[UUID]
) -> Session:
    """Puts CERs on the agenda, in this order, all or none.

    Raises UnknownSession, RaceLost, NotFound, NotForThisSession, AlreadyOnAgenda, AgendaFull, ImpossibleMove.
    """
    studies = studies_of(uow)
    session = await studies.sessions.get(order.session_id)
    session.check_seen(order.seen)
    await _fill(uow, studies, session, study_ids, order.act)
    return session


async def generate(uow: UnitOfWork, studies_of: StudiesOf, order: SessionOrder, limit: int) -> Session:
    """Fills the agenda with the CERs that wait for it, in the worklist's order.

    Raises as `put_on_agenda`, NothingToExamine.
    """
    studies = studies_of(uow)
    session = await studies.sessions.get(order.session_id)
    session.check_seen(order.seen)
    room = min(limit, session.room)
    waiting = await studies.sessions.waiting(session.kind, session.plan.territory, room)
    something(waiting)
    await _fill(uow, studies, session, waiting, order.act)
    return session


async def give_opinion(
    uow: UnitOfWork, studies_of: StudiesOf, order: SessionOrder, study_id: UUID, said: Said
) -> Session:
    """What the commission says of a CER, favorable or défavorable.

    Raises UnknownSession, RaceLost, NotOnAgenda, ImpossibleMove, QuorumNotMet, VotesExceedPresence.
    """
    studies = studies_of(uow)
    session = await studies.sessions.get(order.session_id)
    session.check_seen(order.seen)
    session.give_opinion(study_id, said, order.act)
    study = await studies.get(study_id)
    told = study.give_opinion(Opinion(said.opinion.value), order.act.by, order.act.at)
    await studies.save(study)
    await studies.sessions.save(session)
    uow.emit(told)
    return session


async def postpone(
    uow: UnitOfWork, studies_of: StudiesOf, order: SessionOrder, study_id: UUID, put_off: PutOff
) -> Session:
    """Puts a CER off to another session, with why.

    Raises UnknownSession, RaceLost, NotOnAgenda, QuorumNotMet, ReasonRequired, PostponementImpossible, AgendaFull.
    """
    studies = studies_of(uow)
    session, later = await studies.sessions.both(order.session_id, put_off.to)
    session.check_seen(order.seen)
    told = session.postpone(study_id, later, put_off.reason, order.act)
    await studies.sessions.save(session)
    uow.emit(*told)
    await _fill(uow, studies, later, [study_id], order.act)
    return session


async def record_outcomes(
    uow: UnitOfWork,
    studies_of: StudiesOf,
    lists_of: ListsOf,
    session_id: UUID,
    asked: Sequence[OutcomeAsked],
    *,
    act: Act,
) -> tuple[Session, list[OutcomeMade]]:
    """Records the outcomes of CERs of a closed session, each with its own result. Raises UnknownSession."""
    session = await studies_of(uow).sessions.get(session_id)
    motives = await lists_of(uow).get(ListName.DECISION_MOTIVES)
    examined = {one.subject.study_id for one in session.items if one.ending is Ending.CLOSED}
    made = []
    for one in asked:
        try:
            if one.study_id not in examined:
                raise NotOnAgenda
            verdict = worded(one.verdict, motives, legal_date(act.at))
            async with part(uow.session):
                await record_outcome(uow, studies_of, Order(one.study_id, one.seen, act.by, act.at), verdict)
            made.append(OutcomeMade(one.study_id, outcome=one.verdict.outcome))
        except Refusal as refusal:
            made.append(OutcomeMade(one.study_id, refusal=refusal))
    return session, made


async def ask_quorum(uow: UnitOfWork, studies_of: StudiesOf, lists_of: ListsOf, asked: Quorum, act: Act) -> Quorum:
    """How many members a kind asks for (`asked.version`: the one that was seen), for sessions that open from now on.

    Raises UnknownCommissionKind, CommissionKindNotUsable, RaceLost.
    """
    kinds = await lists_of(uow).get(ListName.COMMISSION_KINDS)
    kind = usable_kind(kinds, asked.kind, legal_date(act.at))
    sessions = studies_of(uow).sessions
    changed = (await sessions.quorum(kind)).asking(asked.members, asked.version)
    await sessions.ask(changed)
    return changed


async def _fill(uow: UnitOfWork, studies: Studies, session: Session, study_ids: Sequence[UUID], act: Act) -> None:
    """Puts CERs at the end of the agenda of a session that is locked."""
    told = session.add_all(await _schedule(studies, session, study_ids, act), act)
    await studies.sessions.save(session)
    uow.emit(*told)


async def _schedule(studies: Studies, session: Session, study_ids: Sequence[UUID], act: Act) -> list[Subject]:
    """The CERs, each locked and noted as before this session; locked by their ids, given in the order asked for."""
    for study_id in sorted(set(study_ids)):
        study = await studies.get(study_id)
        _check_kind(study, session)
        study.schedule(session.id, act.by, act.at)
        await studies.save(study)
    known = await studies.sessions.subjects(list(study_ids))
    return [known[study_id] for study_id in dict.fromkeys(study_ids)]


def _check_kind(study: Study, session: Session) -> None:
    if study.commission_kind is not None and study.commission_kind != session.kind:
        raise NotForThisSession(
            "Ce CER a été transmis à une autre commission que celle de la séance : transmettez-le d'abord à celle-ci."
        )

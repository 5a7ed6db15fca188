"""From a session to its events: the session itself names nobody who is followed, the events of its files do."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from services.validation.domain.sessions.parts import Ending, Item, SessionOpinion
from services.validation.domain.sessions.states import SessionState
from shared.events.sessions import (
    FileClosedToCommission,
    FileOpenedToCommission,
    SessionCancelled,
    SessionCase,
    SessionChanged,
    SessionClosed,
    SessionEvent,
    SessionMember,
)
from shared.kernel.ids import derived_id

if TYPE_CHECKING:
    from services.validation.domain.sessions.model import Session

# A session that nobody closes does not leave files open for ever; moving its date opens them again.
READABLE_AFTER = timedelta(days=30)

_STATES: dict[SessionState, type[SessionEvent]] = {
    SessionState.CONVENED: SessionChanged,
    SessionState.OPEN: SessionChanged,
    SessionState.CLOSED: SessionClosed,
    SessionState.CANCELLED: SessionCancelled,
}


def readable_until(at: datetime) -> datetime:
    """Until when the members of a session of this instant read its files, unless it is closed before."""
    return at + READABLE_AFTER


def file_opened(session: "Session", item: Item) -> FileOpenedToCommission:
    """Its members may read this file, and nobody else for this session."""
    item.file_version = session.version
    return FileOpenedToCommission(**_of_file(session, item))


def file_closed(session: "Session", item: Item, reason: Ending) -> FileClosedToCommission:
    """Nobody reads it for this session any more; with what the minutes say of it."""
    item.file_version = session.version
    return FileClosedToCommission(
        **_of_file(session, item),
        reason=reason.value,
        opinion=_said(item, reason),
        votes=item.votes,
        words=item.words,
    )


def told(session: "Session", event: type[SessionEvent] | None = None) -> SessionEvent:
    """The session as it stands; by the event of its state, or by another."""
    made = event or _STATES[session.state]
    return made(
        aggregate_version=session.version,
        session_id=session.id,
        commission_kind=session.kind,
        label=session.label,
        at=session.plan.at,
        place=session.plan.place,
        territory=session.plan.territory,
        state=session.state.value,
        members=tuple(
            SessionMember(agent_id=one.agent_id, card=one.card, chair=one.chair, present=one.present)
            for one in session.members
        ),
        secretary=session.secretary,
        cases=_cases(session.items),
    )


def _cases(items: Sequence[Item]) -> tuple[SessionCase, ...]:
    shown = sorted((one for one in items if one.minuted), key=lambda one: one.position)
    return tuple(
        SessionCase(cer_id=one.subject.cer_id, file_version=one.file_version) for one in shown if one.file_version
    )


def _of_file(session: "Session", item: Item) -> dict[str, Any]:
    subject = item.subject
    names = ("cer_id", "dossier_id", "territory", "submission", "numero", "nature", "requests", "identity", "referent")
    return {name: getattr(subject, name) for name in names} | {
        "aggregate_version": session.version,
        "file_id": file_id(session.id, subject.cer_id),
        "session_id": session.id,
        "commission_kind": session.kind,
        "members": tuple(one.agent_id for one in session.members if one.agent_id is not None),
        "until": readable_until(session.plan.at),
    }


def file_id(session_id: UUID, cer_id: UUID) -> UUID:
    """The one identifier that a CER's file has in a session."""
    return derived_id("commission-file", session_id, cer_id)


def _said(item: Item, reason: Ending) -> str | None:
    if reason is Ending.POSTPONED:
        return SessionOpinion.AJOURNE.value
    return item.opinion.value if item.opinion is not None else None

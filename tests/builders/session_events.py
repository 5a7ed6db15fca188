"""Fields of the samples of commission sessions' events."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from shared.events import notifications, sessions
from shared.events.sealed import Sealed

SESSION_ID = UUID("01980000-0000-7000-8000-0000000000b1")
FILE_ID = UUID("01980000-0000-7000-8000-0000000000f1")
NOTICE_ID = UUID("01980000-0000-7000-8000-0000000000a1")
SITS_AT = datetime(2026, 4, 14, 12, 30, tzinfo=UTC)
MEMBER_ID = "agent-volane"


def sessions_of(cer: UUID, dossier: UUID, territory: str, sealed: Callable[[str], Sealed[Any]]) -> dict[type, Any]:
    """The fields, by event, for a session that examines this CER."""
    file = {"cer_id": cer, "dossier_id": dossier, "territory": territory}
    return {
        sessions.SessionEvent: _session(cer, sealed),
        sessions.SessionChanged: {"aggregate_version": 5, "state": "open"},
        sessions.SessionClosed: {"aggregate_version": 7, "state": "closed"},
        sessions.SessionCancelled: {"aggregate_version": 7, "state": "cancelled"},
        sessions.CommissionFileEvent: _file(sealed) | file,
        notifications.SessionNoticeEvent: {
            "aggregate_version": 1,
            "message_id": NOTICE_ID,
            "session_id": SESSION_ID,
            "template": "seance_convoquee_membre",
            "channel": "mail",
            "audience": "member",
        },
        notifications.SessionNoticeFailed: {"code": "unknown"},
        sessions.FileClosedToCommission: {
            "aggregate_version": 7,
            "reason": "closed",
            "opinion": "favorable",
            "votes": sessions.Votes(favorable=3, defavorable=1, abstention=0),
            "words": sealed("decision"),
        },
    }


def _session(cer: UUID, sealed: Callable[[str], Sealed[Any]]) -> dict[str, Any]:
    president = sessions.SessionMember(agent_id=MEMBER_ID, card=sealed("agent"), chair=True, present=None)
    return {
        "aggregate_version": 4,
        "session_id": SESSION_ID,
        "commission_kind": "ep",
        "label": "Équipe pluridisciplinaire (EP)",
        "at": SITS_AT,
        "place": "Maison du Département, Aubenas",
        "territory": None,
        "state": "convened",
        "members": (president,),
        "secretary": sealed("agent"),
        "cases": (sessions.SessionCase(cer_id=cer, file_version=4),),
    }


def _file(sealed: Callable[[str], Sealed[Any]]) -> dict[str, Any]:
    return {
        "aggregate_version": 4,
        "file_id": FILE_ID,
        "session_id": SESSION_ID,
        "submission": 1,
        "numero": 1,
        "nature": "premier",
        "commission_kind": "ep",
        "requests": ("commission", "rappel"),
        "members": (MEMBER_ID,),
        "until": datetime(2026, 5, 14, 12, 30, tzinfo=UTC),
        "identity": sealed("identity"),
        "referent": sealed("agent"),
    }

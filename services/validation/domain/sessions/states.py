"""Where a session stands, and the one table of what moves it."""

from enum import StrEnum

from shared.kernel.errors import ImpossibleMove


class SessionState(StrEnum):
    """The state of a session. `CLOSED` and `CANCELLED` are final."""

    PREPARATION = "preparation"
    CONVENED = "convened"
    OPEN = "open"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class SessionVerb(StrEnum):
    """What the insertion service does to a session."""

    RESCHEDULE = "reschedule"
    SEAT = "seat"
    ADD = "add"
    WITHDRAW = "withdraw"
    REORDER = "reorder"
    CONVENE = "convene"
    OPEN = "open"
    NOTE_PRESENCE = "note_presence"
    GIVE_OPINION = "give_opinion"
    POSTPONE = "postpone"
    CLOSE = "close"
    CANCEL = "cancel"
    TELL_AGAIN = "tell_again"


SESSION_LABELS: dict[SessionState, str] = {
    SessionState.PREPARATION: "en préparation",
    SessionState.CONVENED: "convoquée",
    SessionState.OPEN: "ouverte",
    SessionState.CLOSED: "clôturée",
    SessionState.CANCELLED: "annulée",
}

SESSION_VERBS: dict[SessionVerb, str] = {
    SessionVerb.RESCHEDULE: "changer la date ou le lieu",
    SessionVerb.SEAT: "changer les membres",
    SessionVerb.ADD: "inscrire un CER",
    SessionVerb.WITHDRAW: "retirer un CER",
    SessionVerb.REORDER: "changer l'ordre du jour",
    SessionVerb.CONVENE: "convoquer",
    SessionVerb.OPEN: "ouvrir",
    SessionVerb.NOTE_PRESENCE: "noter les présents",
    SessionVerb.GIVE_OPINION: "enregistrer un avis",
    SessionVerb.POSTPONE: "ajourner un CER",
    SessionVerb.CLOSE: "clôturer",
    SessionVerb.CANCEL: "annuler",
    SessionVerb.TELL_AGAIN: "refaire les documents",
}

_AGENDA = (SessionVerb.SEAT, SessionVerb.ADD, SessionVerb.WITHDRAW, SessionVerb.REORDER)
_SAME: dict[SessionState, tuple[SessionVerb, ...]] = {
    SessionState.PREPARATION: (SessionVerb.RESCHEDULE, *_AGENDA),
    SessionState.CONVENED: (SessionVerb.RESCHEDULE, *_AGENDA, SessionVerb.TELL_AGAIN),
    SessionState.OPEN: (
        *_AGENDA,
        SessionVerb.NOTE_PRESENCE,
        SessionVerb.GIVE_OPINION,
        SessionVerb.POSTPONE,
        SessionVerb.TELL_AGAIN,
    ),
    SessionState.CLOSED: (SessionVerb.TELL_AGAIN,),
}

SESSION_TRANSITIONS: dict[tuple[SessionState, SessionVerb], SessionState] = {
    (state, verb): state for state, verbs in _SAME.items() for verb in verbs
} | {
    (SessionState.PREPARATION, SessionVerb.CONVENE): SessionState.CONVENED,
    (SessionState.PREPARATION, SessionVerb.CANCEL): SessionState.CANCELLED,
    (SessionState.CONVENED, SessionVerb.OPEN): SessionState.OPEN,
    (SessionState.CONVENED, SessionVerb.CANCEL): SessionState.CANCELLED,
    (SessionState.OPEN, SessionVerb.CLOSE): SessionState.CLOSED,
    (SessionState.OPEN, SessionVerb.CANCEL): SessionState.CANCELLED,
}

# While members read the files of the agenda.
READ_BY_MEMBERS = frozenset({SessionState.CONVENED, SessionState.OPEN})
TO_COME = frozenset({SessionState.PREPARATION, SessionState.CONVENED})
LIVE = frozenset({SessionState.PREPARATION, SessionState.CONVENED, SessionState.OPEN})


def next_session_state(state: SessionState, verb: SessionVerb) -> SessionState:
    """Where the verb leads from here. Raises ImpossibleMove."""
    target = SESSION_TRANSITIONS.get((state, verb))
    if target is None:
        possible = [SESSION_VERBS[known] for (start, known) in SESSION_TRANSITIONS if start is state]
        said = f"Possible : {', '.join(possible)}." if possible else "Elle est définitive : préparez une autre séance."
        raise ImpossibleMove(
            f"La séance est « {SESSION_LABELS[state]} » : {SESSION_VERBS[verb]} n'est pas possible. {said}"
        )
    return target

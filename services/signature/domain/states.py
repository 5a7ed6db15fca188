"""The states of a signature request and the one table of its moves (the guide, "Signature sms")."""

from enum import StrEnum

from shared.kernel.errors import ImpossibleMove


class State(StrEnum):
    """Where a request stands."""

    PREPARED = "prepared"
    OPENED = "opened"
    READ = "read"
    CODE_SENT = "code_sent"
    SIGNED = "signed"
    COMPLETED = "completed"
    REFUSED = "refused"
    EXPIRED = "expired"
    LOCKED = "locked"
    FAILED = "failed"
    VOIDED = "voided"

    @property
    def label(self) -> str:
        """How agents read it."""
        return _LABELS[self]

    @property
    def ended(self) -> bool:
        """Nothing but a voiding can follow. A completed signature has ended well."""
        return self not in {State.PREPARED, State.OPENED, State.READ, State.CODE_SENT, State.SIGNED}


class Verb(StrEnum):
    """What can happen to a request."""

    OPEN = "open"
    READ = "read"
    SEND_CODE = "send_code"
    TRY_CODE = "try_code"
    SIGN = "sign"
    SIGN_ELSEWHERE = "sign_elsewhere"
    SEAL = "seal"
    REFUSE = "refuse"
    EXPIRE = "expire"
    LOCK = "lock"
    FAIL = "fail"
    FAIL_ELSEWHERE = "fail_elsewhere"
    VOID = "void"

    @property
    def label(self) -> str:
        """The verb in a French sentence: "impossible de …"."""
        return _VERBS[self]


MOVES: dict[tuple[State, Verb], State] = {
    (State.PREPARED, Verb.OPEN): State.OPENED,
    (State.PREPARED, Verb.EXPIRE): State.EXPIRED,
    (State.PREPARED, Verb.FAIL): State.FAILED,
    (State.PREPARED, Verb.VOID): State.VOIDED,
    (State.OPENED, Verb.READ): State.READ,
    (State.OPENED, Verb.SIGN_ELSEWHERE): State.SIGNED,
    (State.OPENED, Verb.FAIL_ELSEWHERE): State.FAILED,
    (State.OPENED, Verb.REFUSE): State.REFUSED,
    (State.OPENED, Verb.EXPIRE): State.EXPIRED,
    (State.OPENED, Verb.VOID): State.VOIDED,
    (State.READ, Verb.SEND_CODE): State.CODE_SENT,
    (State.READ, Verb.REFUSE): State.REFUSED,
    (State.READ, Verb.EXPIRE): State.EXPIRED,
    (State.READ, Verb.VOID): State.VOIDED,
    (State.CODE_SENT, Verb.SEND_CODE): State.CODE_SENT,
    (State.CODE_SENT, Verb.TRY_CODE): State.CODE_SENT,
    (State.CODE_SENT, Verb.SIGN): State.SIGNED,
    (State.CODE_SENT, Verb.LOCK): State.LOCKED,
    (State.CODE_SENT, Verb.REFUSE): State.REFUSED,
    (State.CODE_SENT, Verb.EXPIRE): State.EXPIRED,
    (State.CODE_SENT, Verb.FAIL): State.FAILED,
    (State.CODE_SENT, Verb.VOID): State.VOIDED,
    (State.SIGNED, Verb.SEAL): State.COMPLETED,
    (State.SIGNED, Verb.FAIL): State.FAILED,
    (State.SIGNED, Verb.VOID): State.VOIDED,
    (State.COMPLETED, Verb.VOID): State.VOIDED,
}

_LABELS = {
    State.PREPARED: "en préparation",
    State.OPENED: "à lire",
    State.READ: "lu, à signer",
    State.CODE_SENT: "code demandé",
    State.SIGNED: "signé, cachet en cours",
    State.COMPLETED: "signé",
    State.REFUSED: "refusé",
    State.EXPIRED: "expiré",
    State.LOCKED: "bloqué",
    State.FAILED: "en échec",
    State.VOIDED: "annulé",
}

_VERBS = {
    Verb.OPEN: "l'ouvrir",
    Verb.READ: "la dire lue",
    Verb.SEND_CODE: "envoyer un code",
    Verb.TRY_CODE: "saisir un code",
    Verb.SIGN: "signer",
    Verb.SIGN_ELSEWHERE: "la dire signée chez le prestataire",
    Verb.SEAL: "apposer le cachet",
    Verb.REFUSE: "refuser",
    Verb.EXPIRE: "la laisser expirer",
    Verb.LOCK: "la bloquer",
    Verb.FAIL: "la mettre en échec",
    Verb.FAIL_ELSEWHERE: "la dire en échec chez le prestataire",
    Verb.VOID: "l'annuler",
}


def next_state(state: State, verb: Verb) -> State:
    """The state after the move. Raises ImpossibleMove for any pair that the table does not have."""
    try:
        return MOVES[state, verb]
    except KeyError:
        raise ImpossibleMove(
            f"La demande de signature est « {state.label} » : impossible de {verb.label}. Rechargez la page du CER."
        ) from None

"""What becomes of a message, and the one table of what moves it."""

from enum import StrEnum

from shared.kernel.errors import ImpossibleMove


class Status(StrEnum):
    """`UNKNOWN`: the provider may have accepted it, nobody knows; it never leaves again by itself.

    `WITHDRAWN`: what it says held no more before it left. `OPTED_OUT`: the person asked for none of its kind.
    """

    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"
    UNKNOWN = "unknown"
    NO_ADDRESS = "no_address"
    WITHDRAWN = "withdrawn"
    OPTED_OUT = "opted_out"


class Verb(StrEnum):
    """What the provider's answer, or a person, does to a message."""

    DELIVER = "deliver"
    FAIL = "fail"
    LOSE = "lose"
    RESEND = "resend"
    WITHDRAW = "withdraw"


STATUS_LABELS: dict[Status, str] = {
    Status.PENDING: "en attente d'envoi",
    Status.DELIVERED: "remis au fournisseur",
    Status.FAILED: "en échec",
    Status.UNKNOWN: "au sort inconnu",
    Status.NO_ADDRESS: "sans adresse",
    Status.WITHDRAWN: "retiré avant envoi",
    Status.OPTED_OUT: "non souhaité par la personne",
}

VERB_LABELS: dict[Verb, str] = {
    Verb.DELIVER: "noter la remise",
    Verb.FAIL: "noter l'échec",
    Verb.LOSE: "noter un sort inconnu",
    Verb.RESEND: "renvoyer",
    Verb.WITHDRAW: "le retirer",
}

TRANSITIONS: dict[tuple[Status, Verb], Status] = {
    (Status.PENDING, Verb.DELIVER): Status.DELIVERED,
    (Status.PENDING, Verb.FAIL): Status.FAILED,
    (Status.PENDING, Verb.LOSE): Status.UNKNOWN,
    (Status.FAILED, Verb.RESEND): Status.PENDING,
    (Status.UNKNOWN, Verb.RESEND): Status.PENDING,
    # Its provider's receipt says that it was taken after all.
    (Status.UNKNOWN, Verb.DELIVER): Status.DELIVERED,
    (Status.PENDING, Verb.WITHDRAW): Status.WITHDRAWN,
    (Status.FAILED, Verb.WITHDRAW): Status.WITHDRAWN,
    (Status.NO_ADDRESS, Verb.WITHDRAW): Status.WITHDRAWN,
    # It was in a worker's hands: what the provider answered is what happened.
    (Status.WITHDRAWN, Verb.DELIVER): Status.DELIVERED,
    (Status.WITHDRAWN, Verb.FAIL): Status.WITHDRAWN,
    (Status.WITHDRAWN, Verb.LOSE): Status.UNKNOWN,
}


def next_status(status: Status, verb: Verb) -> Status:
    """Where the verb leads from here. Raises ImpossibleMove."""
    target = TRANSITIONS.get((status, verb))
    if target is None:
        raise ImpossibleMove(
            f"Ce message est {STATUS_LABELS[status]} : {VERB_LABELS[verb]} n'est pas possible. Seul un message en "
            "échec ou au sort inconnu se renvoie ; sans adresse, complétez d'abord l'identité du dossier."
        )
    return target

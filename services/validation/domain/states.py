"""Where a study stands, and the one table of what moves it."""

from enum import StrEnum

from services.validation.domain.rules import AlreadyDecided
from shared.kernel.errors import ImpossibleMove


class State(StrEnum):
    """The state of a study. `DECIDE` is final."""

    A_ORIENTER = "a_orienter"
    EN_COMMISSION = "en_commission"
    ATTENTE_DECISION = "attente_decision"
    RETOURNE = "retourne"
    DECIDE = "decide"


class Verb(StrEnum):
    """What an agent, or a new submission, does to a study."""

    SEND_TO_COMMISSION = "send_to_commission"
    SEND_TO_CHEF_DE_SERVICE = "send_to_chef_de_service"
    TAKE_BACK = "take_back"
    RETURN = "return"
    RESUME = "resume"
    SCHEDULE = "schedule"
    GIVE_OPINION = "give_opinion"
    RECORD_OUTCOME = "record_outcome"
    DECIDE = "decide"


STATE_LABELS: dict[State, str] = {
    State.A_ORIENTER: "à orienter",
    State.EN_COMMISSION: "en commission",
    State.ATTENTE_DECISION: "en attente de décision",
    State.RETOURNE: "retournée au référent",
    State.DECIDE: "décidée",
}

VERB_LABELS: dict[Verb, str] = {
    Verb.SEND_TO_COMMISSION: "transmettre à une commission",
    Verb.SEND_TO_CHEF_DE_SERVICE: "transmettre au chef de service",
    Verb.TAKE_BACK: "reprendre pour orienter autrement",
    Verb.RETURN: "retourner pour complément",
    Verb.RESUME: "reprendre l'étude d'un CER soumis à nouveau",
    Verb.SCHEDULE: "inscrire à l'ordre du jour d'une séance",
    Verb.GIVE_OPINION: "enregistrer l'avis de la commission",
    Verb.RECORD_OUTCOME: "enregistrer l'issue de la commission",
    Verb.DECIDE: "décider",
}

TRANSITIONS: dict[tuple[State, Verb], State] = {
    (State.A_ORIENTER, Verb.SEND_TO_COMMISSION): State.EN_COMMISSION,
    (State.A_ORIENTER, Verb.SEND_TO_CHEF_DE_SERVICE): State.ATTENTE_DECISION,
    (State.A_ORIENTER, Verb.RETURN): State.RETOURNE,
    (State.EN_COMMISSION, Verb.SEND_TO_CHEF_DE_SERVICE): State.ATTENTE_DECISION,
    (State.EN_COMMISSION, Verb.TAKE_BACK): State.A_ORIENTER,
    (State.EN_COMMISSION, Verb.RETURN): State.RETOURNE,
    (State.EN_COMMISSION, Verb.SCHEDULE): State.EN_COMMISSION,
    (State.EN_COMMISSION, Verb.GIVE_OPINION): State.EN_COMMISSION,
    (State.EN_COMMISSION, Verb.RECORD_OUTCOME): State.DECIDE,
    (State.ATTENTE_DECISION, Verb.SEND_TO_COMMISSION): State.EN_COMMISSION,
    (State.ATTENTE_DECISION, Verb.TAKE_BACK): State.A_ORIENTER,
    (State.ATTENTE_DECISION, Verb.RETURN): State.RETOURNE,
    (State.ATTENTE_DECISION, Verb.DECIDE): State.DECIDE,
    (State.RETOURNE, Verb.RESUME): State.A_ORIENTER,
}

UNDER_STUDY = frozenset({State.A_ORIENTER, State.EN_COMMISSION, State.ATTENTE_DECISION})


def next_state(state: State, verb: Verb) -> State:
    """Where the verb leads from here. Raises AlreadyDecided from the final state, ImpossibleMove otherwise."""
    if state is State.DECIDE:
        raise AlreadyDecided
    target = TRANSITIONS.get((state, verb))
    if target is None:
        possible = ", ".join(VERB_LABELS[known] for (start, known) in TRANSITIONS if start is state)
        raise ImpossibleMove(
            f"L'étude est « {STATE_LABELS[state]} » : {VERB_LABELS[verb]} n'est pas possible. Possible : {possible}."
        )
    return target

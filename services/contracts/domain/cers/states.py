"""The states of a CER and who may move them where: one literal table, everything else is refused.

Source: the guide, "Validation du CER" (états du CER). The signature has a smaller machine of its own (`signing.py`),
the person's accord another (`accord.py`).
"""

from enum import StrEnum

from shared.kernel.errors import ImpossibleMove


class State(StrEnum):
    """Where a CER stands."""

    PROPOSITION = "proposition"
    SOUMIS_A_ETUDE = "soumis_a_etude"
    ETUDE_EN_COMMISSION = "etude_en_commission"
    ATTENTE_DECISION = "attente_decision"
    VALIDE = "valide"
    NON_VALIDE = "non_valide"
    SUPPRIME = "supprime"


class Verb(StrEnum):
    """What can be asked of a CER once it exists."""

    REVISE = "revise"
    DELETE = "delete"
    PREPARE_SIGNATURE = "prepare_signature"
    OPEN_SIGNATURE = "open_signature"
    COMPLETE_SIGNATURE = "complete_signature"
    PROLONG_SIGNATURE = "prolong_signature"
    END_SIGNATURE = "end_signature"
    REOPEN = "reopen"
    SUBMIT = "submit"
    OPEN_STUDY = "open_study"
    SEND_TO_COMMISSION = "send_to_commission"
    SEND_TO_CHEF_DE_SERVICE = "send_to_chef_de_service"
    TAKE_BACK = "take_back"
    RETURN_FOR_COMPLEMENT = "return_for_complement"
    VALIDATE = "validate"
    REJECT = "reject"
    SET_DERNIER_CONTRAT = "set_dernier_contrat"
    READ_DECISION = "read_decision"
    SHORTEN = "shorten"


TRANSITIONS: dict[tuple[State, Verb], State] = {
    (State.PROPOSITION, Verb.REVISE): State.PROPOSITION,
    (State.PROPOSITION, Verb.DELETE): State.SUPPRIME,
    (State.PROPOSITION, Verb.PREPARE_SIGNATURE): State.PROPOSITION,
    (State.PROPOSITION, Verb.OPEN_SIGNATURE): State.PROPOSITION,
    (State.PROPOSITION, Verb.COMPLETE_SIGNATURE): State.PROPOSITION,
    (State.PROPOSITION, Verb.END_SIGNATURE): State.PROPOSITION,
    (State.PROPOSITION, Verb.REOPEN): State.PROPOSITION,
    (State.PROPOSITION, Verb.SUBMIT): State.SOUMIS_A_ETUDE,
    (State.PROPOSITION, Verb.SET_DERNIER_CONTRAT): State.PROPOSITION,
    (State.PROPOSITION, Verb.PROLONG_SIGNATURE): State.PROPOSITION,
    (State.SOUMIS_A_ETUDE, Verb.OPEN_STUDY): State.SOUMIS_A_ETUDE,
    (State.SOUMIS_A_ETUDE, Verb.SEND_TO_COMMISSION): State.ETUDE_EN_COMMISSION,
    (State.SOUMIS_A_ETUDE, Verb.SEND_TO_CHEF_DE_SERVICE): State.ATTENTE_DECISION,
    (State.SOUMIS_A_ETUDE, Verb.RETURN_FOR_COMPLEMENT): State.PROPOSITION,
    (State.SOUMIS_A_ETUDE, Verb.PROLONG_SIGNATURE): State.SOUMIS_A_ETUDE,
    (State.ETUDE_EN_COMMISSION, Verb.SEND_TO_CHEF_DE_SERVICE): State.ATTENTE_DECISION,
    (State.ETUDE_EN_COMMISSION, Verb.TAKE_BACK): State.SOUMIS_A_ETUDE,
    (State.ETUDE_EN_COMMISSION, Verb.RETURN_FOR_COMPLEMENT): State.PROPOSITION,
    (State.ETUDE_EN_COMMISSION, Verb.VALIDATE): State.VALIDE,
    (State.ETUDE_EN_COMMISSION, Verb.REJECT): State.NON_VALIDE,
    (State.ETUDE_EN_COMMISSION, Verb.PROLONG_SIGNATURE): State.ETUDE_EN_COMMISSION,
    (State.ATTENTE_DECISION, Verb.SEND_TO_COMMISSION): State.ETUDE_EN_COMMISSION,
    (State.ATTENTE_DECISION, Verb.TAKE_BACK): State.SOUMIS_A_ETUDE,
    (State.ATTENTE_DECISION, Verb.RETURN_FOR_COMPLEMENT): State.PROPOSITION,
    (State.ATTENTE_DECISION, Verb.VALIDATE): State.VALIDE,
    (State.ATTENTE_DECISION, Verb.REJECT): State.NON_VALIDE,
    (State.ATTENTE_DECISION, Verb.PROLONG_SIGNATURE): State.ATTENTE_DECISION,
    (State.VALIDE, Verb.SET_DERNIER_CONTRAT): State.VALIDE,
    (State.VALIDE, Verb.READ_DECISION): State.VALIDE,
    (State.VALIDE, Verb.SHORTEN): State.VALIDE,
    (State.VALIDE, Verb.PROLONG_SIGNATURE): State.VALIDE,
    (State.NON_VALIDE, Verb.READ_DECISION): State.NON_VALIDE,
    (State.NON_VALIDE, Verb.PROLONG_SIGNATURE): State.NON_VALIDE,
}

LABELS: dict[State, str] = {
    State.PROPOSITION: "proposition",
    State.SOUMIS_A_ETUDE: "soumis à l'étude",
    State.ETUDE_EN_COMMISSION: "étude approfondie en commission",
    State.ATTENTE_DECISION: "attente de décision",
    State.VALIDE: "validé",
    State.NON_VALIDE: "non validé",
    State.SUPPRIME: "supprimé",
}

_UNDER_STUDY = "Seul le service insertion peut le faire avancer ; il peut le retourner au référent pour complément."
_FINAL = "La décision est définitive : créez un nouveau CER."

ADVICE: dict[State, str] = {
    State.PROPOSITION: "Le référent doit d'abord le passer à l'état « soumis à l'étude ».",
    State.SOUMIS_A_ETUDE: _UNDER_STUDY,
    State.ETUDE_EN_COMMISSION: _UNDER_STUDY,
    State.ATTENTE_DECISION: _UNDER_STUDY,
    State.VALIDE: _FINAL,
    State.NON_VALIDE: _FINAL,
    State.SUPPRIME: "Créez un nouveau CER.",
}

ACTIONS: dict[Verb, str] = {
    Verb.REVISE: "modifier ce CER",
    Verb.DELETE: "supprimer ce CER",
    Verb.PREPARE_SIGNATURE: "lancer le processus de signature",
    Verb.OPEN_SIGNATURE: "ouvrir la signature",
    Verb.COMPLETE_SIGNATURE: "enregistrer la signature",
    Verb.PROLONG_SIGNATURE: "prolonger la preuve de la signature",
    Verb.END_SIGNATURE: "mettre fin à la signature",
    Verb.REOPEN: "rouvrir ce CER",
    Verb.SUBMIT: "passer ce CER à l'état « soumis à l'étude »",
    Verb.OPEN_STUDY: "ouvrir l'étude",
    Verb.SEND_TO_COMMISSION: "envoyer ce CER en commission",
    Verb.SEND_TO_CHEF_DE_SERVICE: "envoyer ce CER au chef de service",
    Verb.TAKE_BACK: "reprendre ce CER pour l'orienter autrement",
    Verb.RETURN_FOR_COMPLEMENT: "retourner ce CER pour complément",
    Verb.VALIDATE: "valider ce CER",
    Verb.REJECT: "enregistrer que ce CER n'est pas validé",
    Verb.SET_DERNIER_CONTRAT: "changer la mention « dernier contrat »",
    Verb.READ_DECISION: "ouvrir le retour du Département",
    Verb.SHORTEN: "mettre fin à ce CER plus tôt",
}


def move(state: State, verb: Verb) -> State:
    """The state after this verb. Raises ImpossibleMove, with what to do instead."""
    try:
        return TRANSITIONS[state, verb]
    except KeyError:
        raise ImpossibleMove(
            f"Impossible de {ACTIONS[verb]} : il est à l'état « {LABELS[state]} ». {ADVICE[state]}"
        ) from None

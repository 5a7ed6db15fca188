"""The steps of a signature, said in French."""

from collections.abc import Mapping
from typing import Any

from services.signature.domain.rules import ENDINGS, ENTERED_BY
from services.signature.domain.states import Verb
from shared.sms.outcome import Delivery

_PLAIN = {
    Verb.OPEN: "La demande de signature est ouverte : le document peut être lu.",
    Verb.READ: "La dernière page est servie : le document a été parcouru en entier.",
    "entrust": "La demande est confiée à Yousign.",
    "read_link": "Le lien de signature chez Yousign est demandé.",
    Verb.SIGN_ELSEWHERE: "La personne a signé chez Yousign, par un code reçu par SMS.",
    "signed_too_late": "La personne a signé chez Yousign alors que la demande était close ici : cela ne vaut plus.",
    Verb.SEAL: "Le cachet du Département est apposé.",
    Verb.REFUSE: "REFUSER : la personne ne signe pas.",
    Verb.EXPIRE: "Le délai est passé.",
    Verb.LOCK: "Le dernier essai permis était erroné : la demande est bloquée.",
}


_FILLED = {
    Verb.SEND_CODE: "SIGNER : le code n° {sequence} est demandé.",
    "open_link": "Le lien du SMS n° {sequence} est ouvert sur le téléphone de la personne.",
    Verb.TRY_CODE: "Un code est saisi, comparé au code n° {sequence}.",
    Verb.SIGN: "Le code est exact : le contrat est signé ({entered}).",
    "sms_receipt": "Le fournisseur « {provider} » dit du SMS n° {sequence} : {delivery} ({said}).",
}


def sentence(step: Mapping[str, Any]) -> str:
    """What happened, from a step of an evidence."""
    verb, because = step["what"], step.get("because")
    if verb in _FILLED:
        entered, state = step.get("entered_by"), step.get("state")
        delivery = Delivery(state).label if state is not None else ""
        return _FILLED[verb].format(**step, entered=ENTERED_BY.get(str(entered), entered), delivery=delivery)
    return _PLAIN.get(verb) or ENDINGS.get(str(because), f"Étape « {verb} ».")

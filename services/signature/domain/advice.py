"""What the agent can do when an SMS did not surely leave: nothing is sent again unless they ask for it."""

from services.signature.domain.rules import INSTEAD
from shared.sms.outcome import SmsFault, SmsStatus

_AGAIN = f"demandez un autre code, ou {INSTEAD}."

_ADVICE = {
    SmsFault.NUMBER: "L'opérateur refuse ce numéro : vérifiez-le avec la personne. S'il est faux, annulez, corrigez-le "
    f"par « Modifier l'identité » puis relancez, ou {INSTEAD}.",
    SmsFault.CREDENTIALS: "Le service de SMS refuse les identifiants du Département : prévenez l'administrateur, puis "
    f"{_AGAIN}",
    SmsFault.QUOTA: f"Le Département n'a plus de crédit de SMS : prévenez l'administrateur, puis {_AGAIN}",
    SmsFault.RATE_LIMITED: f"Le service de SMS demande d'attendre : patientez une minute, puis {_AGAIN}",
    SmsFault.UNAVAILABLE: f"Le service de SMS ne répond pas : patientez, puis {_AGAIN}",
    SmsFault.REFUSED: f"Le service de SMS a refusé l'envoi : prévenez l'administrateur, puis {_AGAIN}",
}
_UNSURE = f"Le SMS est peut-être parti : demandez à la personne si elle l'a reçu. Sinon, {_AGAIN}"


def advice(status: SmsStatus, fault: SmsFault | None) -> str | None:
    """The sentence beside a code; none when its SMS was taken."""
    if status is SmsStatus.SENT:
        return None
    if status is SmsStatus.UNKNOWN:
        return _UNSURE
    return _ADVICE[fault if fault in _ADVICE else SmsFault.REFUSED]

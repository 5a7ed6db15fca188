"""Named refusals of the remise. The person reads them on their phone: each says what they can do."""

from datetime import datetime

from shared.kernel.clock import PARIS
from shared.kernel.errors import Refusal
from shared.security.onetime import CODE_INTERVAL, CODES_A_NUMBER_A_DAY, MAX_CODES, MAX_TRIES

INSTEAD = "demandez un exemplaire de votre contrat à votre référent"


class RemiseOver(Refusal):
    """The link opens nothing any more."""

    code = "remise-over"
    title = "Lien périmé"
    status = 410


class RemiseUnknown(RemiseOver):
    """No such link: mistyped, cut by a mail program, or of a dossier that was erased."""

    code = "remise-unknown"
    title = "Lien inconnu"

    def __init__(self) -> None:
        super().__init__(f"Ce lien n'est pas le bon : reprenez-le en entier dans votre mail, ou {INSTEAD}.")


class RemiseExpired(RemiseOver):
    """Its days are over."""

    code = "remise-expired"

    def __init__(self, since: datetime) -> None:
        super().__init__(f"Ce lien ne sert plus depuis le {since.astimezone(PARIS):%d/%m/%Y} : {INSTEAD}.")


class RemiseVoided(RemiseOver):
    """The signature was voided: what was signed counts no more."""

    code = "remise-voided"
    title = "Contrat qui ne compte plus"

    def __init__(self) -> None:
        super().__init__(
            "La signature de ce contrat a été annulée : il ne compte plus et ne se télécharge plus. Votre référent "
            "vous dira ce qui le remplace."
        )


class RemiseLocked(RemiseOver):
    """Too many codes were tried over the life of the link."""

    code = "remise-locked"
    title = "Trop d'essais"

    def __init__(self) -> None:
        super().__init__(f"{MAX_TRIES} codes ont été essayés, le maximum pour ce lien : {INSTEAD}.")


class SessionOver(RemiseOver):
    """The minutes that a code opens are over, or this is another phone."""

    code = "remise-session-over"
    title = "Téléchargement fermé"

    def __init__(self) -> None:
        super().__init__("Les 10 minutes de téléchargement sont passées : ouvrez à nouveau le lien de votre mail.")


class AskAgain(Refusal):
    """What was typed or asked leads nowhere, and the link still serves: the code's field is shown again."""

    status = 422


class WrongCode(AskAgain):
    """Not the code of the last SMS."""

    code = "remise-wrong-code"
    title = "Code faux"

    def __init__(self, left: int) -> None:
        super().__init__(f"Ce n'est pas le code du dernier SMS. Il vous reste {left} essai{'s' if left > 1 else ''}.")


class CodeExpired(AskAgain):
    """Its ten minutes are over, it served already, or no SMS has left."""

    code = "remise-code-expired"
    title = "Code périmé"

    def __init__(self) -> None:
        super().__init__("Aucun code ne sert en ce moment : un code sert une fois, pendant 10 minutes. Demandez-en un.")


class CodeTooSoon(AskAgain):
    """One has just left."""

    code = "remise-code-too-soon"
    title = "Code déjà parti"
    status = 429

    def __init__(self) -> None:
        wait = int(CODE_INTERVAL.total_seconds())
        super().__init__(f"Un code vient de partir : attendez {wait} secondes avant d'en demander un autre.")


class TooManyCodes(AskAgain):
    """The codes of this link are used up."""

    code = "remise-too-many-codes"
    title = "Trop de codes"
    status = 429

    def __init__(self) -> None:
        super().__init__(
            f"{MAX_CODES} codes sont déjà partis pour ce lien, le maximum. Saisissez le dernier, ou {INSTEAD}."
        )


class TooManyCodesForNumber(AskAgain):
    """The number's codes of the day are used up."""

    code = "remise-too-many-codes-number"
    title = "Trop de codes pour ce numéro"
    status = 429

    def __init__(self) -> None:
        super().__init__(
            f"{CODES_A_NUMBER_A_DAY} codes sont déjà partis vers ce numéro aujourd'hui. Reprenez demain, ou {INSTEAD}."
        )


class CodesSuspended(AskAgain):
    """The territory's or the département's codes of the day, or the budget of SMS, are used up."""

    code = "remise-codes-suspended"
    title = "Envoi de codes suspendu"
    status = 503

    def __init__(self) -> None:
        super().__init__(f"Aucun code ne peut partir pour le moment. Reprenez demain, ou {INSTEAD}.")


class CodeNotSent(AskAgain):
    """The provider surely did not take the SMS."""

    code = "remise-code-not-sent"
    title = "SMS non parti"
    status = 503

    def __init__(self) -> None:
        super().__init__(f"Le SMS n'a pas pu partir. Réessayez dans un moment, ou {INSTEAD}.")


class DocumentAway(Refusal):
    """The store of files does not answer right now."""

    code = "remise-document-away"
    title = "Document momentanément indisponible"
    status = 503

    def __init__(self) -> None:
        super().__init__("Le document ne peut pas être lu en ce moment : réessayez dans quelques minutes.")

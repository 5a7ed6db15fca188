"""The limits of a signature by SMS and their named refusals (the guide, "Signature sms"; OWASP ASVS 5.0, 6.5-6.6)."""

from datetime import datetime, timedelta

from shared.kernel.clock import PARIS
from shared.kernel.errors import Forbidden, Refusal
from shared.security import onetime

REQUEST_LIFETIME = timedelta(hours=24)
MAX_TRIES = onetime.MAX_TRIES
MAX_CODES = onetime.MAX_CODES
CODE_INTERVAL = onetime.CODE_INTERVAL
CODES_A_NUMBER_A_DAY = onetime.CODES_A_NUMBER_A_DAY
CODES_AN_AGENT_A_DAY = 60

INSTEAD = "recueillez l'accord par la case à cocher du CER"


class NotReadToTheEnd(Refusal):
    """The server has not served every page of the PDF to the agent who signs."""

    code = "not-read-to-the-end"
    title = "Document non lu jusqu'au bout"

    def __init__(self, missing: list[int]) -> None:
        pages = ", ".join(str(page) for page in missing)
        super().__init__(f"Parcourez le document jusqu'à la dernière page avant de signer (pages non vues : {pages}).")


class NoCodeSent(Refusal):
    """A code is tried before any was sent."""

    code = "no-code-sent"
    title = "Aucun code envoyé"

    def __init__(self) -> None:
        super().__init__("Aucun code n'est parvenu à la personne : demandez d'abord un code.")


class CodeExpired(Refusal):
    """The last code is older than ten minutes. Not a try."""

    code = "code-expired"
    title = "Code périmé"

    def __init__(self) -> None:
        super().__init__("Le code n'est valable que 10 minutes : demandez-en un nouveau.")


class WrongCode(Refusal):
    """The code typed is not the one that was sent."""

    code = "wrong-code"
    title = "Code erroné"
    status = 422

    def __init__(self, tries_left: int) -> None:
        tries = "1 essai" if tries_left == 1 else f"{tries_left} essais"
        super().__init__(f"Ce n'est pas le code envoyé. Il reste {tries} : faites relire le SMS par la personne.")
        self.tries_left = tries_left


class TooManyTries(Refusal):
    """Five tries were made over the life of the request; a new code does not bring any back."""

    code = "too-many-tries"
    title = "Trop d'essais"
    status = 429

    def __init__(self) -> None:
        super().__init__(
            f"{MAX_TRIES} codes ont été essayés : cette demande de signature est close. Relancez le processus de "
            f"signature ou {INSTEAD}."
        )


class ResendTooSoon(Refusal):
    """Less than 30 seconds since the last code."""

    code = "resend-too-soon"
    title = "Nouveau code trop rapproché"
    status = 429

    def __init__(self) -> None:
        super().__init__("Attendez 30 secondes entre deux codes : le SMS peut encore arriver.")


class TooManyCodes(Refusal):
    """Three codes were sent for this request."""

    code = "too-many-codes"
    title = "Trop de codes demandés"
    status = 429

    def __init__(self) -> None:
        super().__init__(
            f"{MAX_CODES} codes ont déjà été demandés. Utilisez le dernier, ou annulez puis relancez le processus de "
            f"signature, ou {INSTEAD}."
        )


class TooManyCodesForNumber(Refusal):
    """Five codes went to this number today."""

    code = "too-many-codes-number"
    title = "Trop de codes pour ce numéro"
    status = 429

    def __init__(self) -> None:
        super().__init__(
            f"{CODES_A_NUMBER_A_DAY} codes sont déjà partis vers ce numéro aujourd'hui. Reprenez demain, ou {INSTEAD}."
        )


class TooManyCodesByAgent(Refusal):
    """This agent had sixty codes sent today."""

    code = "too-many-codes-agent"
    title = "Trop de codes demandés aujourd'hui"
    status = 429

    def __init__(self) -> None:
        super().__init__(
            f"Vous avez fait envoyer {CODES_AN_AGENT_A_DAY} codes aujourd'hui, le maximum. Reprenez demain, "
            f"ou {INSTEAD}."
        )


class PhoneMissing(Refusal):
    """No number to send a code to."""

    code = "phone-missing"
    title = "Numéro de mobile absent"

    def __init__(self) -> None:
        super().__init__(
            f"Aucun numéro de mobile : complétez-le par « Modifier l'identité » puis relancez, ou {INSTEAD}."
        )


class PhoneNotFrench(Refusal):
    """Codes go to French mobile numbers only, and to the countries that the département lists."""

    code = "phone-not-french"
    title = "Numéro non admis"

    def __init__(self) -> None:
        super().__init__(
            "Les codes ne partent que vers un mobile français, ou d'un pays que le Département admet : corrigez le "
            f"numéro par « Modifier l'identité » puis relancez, ou {INSTEAD}."
        )


class PhoneIsAgents(Refusal):
    """The number belongs to an agent, so the code would not prove that the person signs."""

    code = "phone-is-agents"
    title = "Numéro d'un agent"

    def __init__(self) -> None:
        super().__init__(
            "Ce numéro est celui d'un agent : la signature ne prouverait rien. Indiquez le numéro de la personne par "
            f"« Modifier l'identité » puis relancez, ou {INSTEAD}."
        )


class RequestExpired(Refusal):
    """The request's day has passed."""

    code = "request-expired"
    title = "Demande expirée"

    def __init__(self, expired_at: datetime) -> None:
        instant = expired_at.astimezone(PARIS)
        super().__init__(
            f"La demande de signature a expiré le {instant:%d/%m/%Y à %H h %M}. Relancez le processus de signature."
        )


class NotYourCer(Forbidden):
    """Only the référent of the CER, or a colleague who stands in for them, has it signed."""

    def __init__(self) -> None:
        super().__init__("Seul le référent de ce CER, ou le collègue qui le remplace, peut le faire signer.")


class NotSealedYet(Refusal):
    """There is no sealed PDF."""

    code = "not-sealed-yet"
    title = "Document non signé"

    def __init__(self) -> None:
        super().__init__(
            "Ce CER ne porte pas de cachet : le document signé paraît ici quelques instants après le code."
        )


class NoReadableEvidence(Refusal):
    """The evidence was kept as JSON alone, before it was set as a PDF."""

    code = "no-readable-evidence"
    title = "Dossier de preuve non lisible"

    def __init__(self) -> None:
        super().__init__(
            "Ce CER a été signé avant que le dossier de preuve ne soit mis en page : téléchargez sa preuve en JSON."
        )


class NoAddendum(Refusal):
    """Nothing came after the evidence, or what came is still to be signed."""

    code = "no-addendum"
    title = "Aucun additif signé"

    def __init__(self) -> None:
        super().__init__(
            "Aucun additif signé ne complète ce dossier de preuve. Si quelque chose vient de s'y ajouter, l'additif "
            "se signe dans les minutes qui suivent : réessayez."
        )


ENTERED_BY = {"referent": "saisi par le référent", "person": "saisi par la personne sur son téléphone"}
"""How it is said who typed the code."""

_AGAIN = f"Relancez le processus de signature, ou {INSTEAD}."

ENDINGS: dict[str, str] = {
    "refused": f"La personne a refusé de signer : le CER reste en proposition. {_AGAIN}",
    "expired": f"Personne n'a signé dans le délai. {_AGAIN}",
    "cancelled": f"La signature a été annulée depuis le CER. {_AGAIN}",
    "superseded": "Une nouvelle demande de signature remplace celle-ci.",
    "reopened": "Le CER signé a été rouvert : cette signature ne vaut plus.",
    "edition-failed": "Le document n'a pas pu être produit : prévenez l'assistance, puis relancez.",
    "sms-unavailable": f"Aucun SMS n'a pu partir. {_AGAIN}",
    "sealing-failed": "Le code était bon mais le cachet n'a pas pu être apposé : prévenez l'assistance, puis relancez.",
    "mail-missing": f"Yousign demande une adresse mail : complétez-la par « Modifier l'identité ». {_AGAIN}",
    "name-not-taken": f"Yousign n'admet pas l'écriture du nom : corrigez-le par « Modifier l'identité ». {_AGAIN}",
    "yousign-refused": f"Yousign n'a pas accepté la demande : prévenez l'administrateur. {_AGAIN}",
    "yousign-failed": f"La signature chez Yousign n'a pas pu aboutir : prévenez l'administrateur. {_AGAIN}",
    "yousign-cancelled": f"La demande a été annulée chez Yousign. {_AGAIN}",
    "yousign-lost": "Yousign ne connaît plus cette demande : nul ne sait si elle a été signée. Prévenez "
    "l'administrateur, puis relancez.",
    "yousign-file-refused": "La personne a signé chez Yousign, mais le fichier rendu n'est pas le document signé : "
    "prévenez l'administrateur, puis relancez.",
    "too-many-tries": TooManyTries().detail,
    "phone-missing": PhoneMissing().detail,
    "phone-not-french": PhoneNotFrench().detail,
    "phone-is-agents": PhoneIsAgents().detail,
}
"""Why a request ended, and what the agent can do next; keyed by the code kept with it."""

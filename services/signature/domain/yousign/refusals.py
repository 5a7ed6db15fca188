"""The named refusals that come with signing at Yousign."""

from services.signature.domain.rules import INSTEAD
from shared.kernel.errors import Refusal


class SignedElsewhere(Refusal):
    """A page or a code is asked of this service for a request that is read and signed at Yousign."""

    code = "signed-at-yousign"
    title = "Signature chez Yousign"

    def __init__(self) -> None:
        super().__init__(
            "Ce CER se lit et se signe chez Yousign : ouvrez « Signer chez Yousign » depuis la demande de signature ; "
            "la personne y reçoit son code par SMS et l'y saisit."
        )


class NotAtYousign(Refusal):
    """The link of Yousign is asked for a request that is signed here."""

    code = "not-at-yousign"
    title = "Signature sans Yousign"

    def __init__(self) -> None:
        super().__init__("Ce CER se signe ici : faites lire le document, puis demandez un code.")


class YousignAway(Refusal):
    """Yousign does not answer, or takes no more questions for now."""

    code = "yousign-away"
    title = "Yousign ne répond pas"
    status = 503

    def __init__(self) -> None:
        super().__init__(
            "Yousign ne répond pas pour le moment : réessayez dans une minute ; si cela dure, prévenez "
            f"l'administrateur, ou annulez la signature puis {INSTEAD}."
        )


class MailMissing(Refusal):
    """Yousign wants a mail address for every signer."""

    code = "mail-missing"
    title = "Adresse mail absente"

    def __init__(self) -> None:
        super().__init__(
            "Yousign demande une adresse mail : complétez-la par « Modifier l'identité » puis relancez le processus de "
            f"signature, ou {INSTEAD}."
        )


class NameNotTaken(Refusal):
    """The name has letters that Yousign does not take."""

    code = "name-not-taken"
    title = "Nom non admis par Yousign"

    def __init__(self) -> None:
        super().__init__(
            "Yousign n'admet pas l'écriture de ce nom : écrivez-le en lettres latines par « Modifier l'identité » "
            f"puis relancez le processus de signature, ou {INSTEAD}."
        )


class LinkNotReady(Refusal):
    """The request is not with Yousign yet, or no longer."""

    code = "yousign-link-not-ready"
    title = "Lien de signature indisponible"

    def __init__(self, label: str) -> None:
        super().__init__(
            f"La demande de signature est « {label} » : rechargez-la ; le lien existe tant qu'elle est à signer chez "
            "Yousign."
        )

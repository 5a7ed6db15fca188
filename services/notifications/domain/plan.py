"""Who is told what: one trigger for each message, and where a message has a document, the document is the trigger.

Mails to référents carry a link that asks for login, and neither the person's name nor any text about them: the reason
of a return and the note référent are read in the software.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from shared.events.contracts import CerRejected, CerReturned, CerValidated
from shared.events.documents import EditionRendered
from shared.events.envelope import Event
from shared.events.files import FileRef
from shared.events.signature import (
    SignatureCompleted,
    SignatureExpired,
    SignatureFailed,
    SignatureRefused,
    SignatureVoided,
)
from shared.kernel.clock import legal_date


class Audience(StrEnum):
    """To whom a message goes."""

    PERSON = "person"
    REFERENT = "referent"


@dataclass(frozen=True)
class Attachment:
    """A file of the object store, and its name in the mail."""

    file: FileRef
    name: str


@dataclass(frozen=True)
class Notice:
    """A message to make. `facts` are numbers, dates and codes: never personal data."""

    template: str
    audience: Audience
    facts: dict[str, str | int] = field(default_factory=dict)
    attachment: Attachment | None = None


TITLES: dict[str, str] = {
    "cer_signe_referent": "CER signé, au référent",
    "cer_signe_personne": "CER signé, à la personne",
    "signature_refusee_referent": "Signature refusée, au référent",
    "signature_expiree_referent": "Signature expirée, au référent",
    "signature_en_echec_referent": "Signature en échec, au référent",
    "signature_annulee_referent": "Signature annulée, au référent",
    "signature_annulee_personne": "Signature annulée, à la personne",
    "cer_retourne_referent": "CER retourné pour complément, au référent",
    "retour_a_lire_referent": "Retour du Département à lire, au référent",
    "decision_valide_personne": "CER validé, à la personne",
    "decision_non_valide_personne": "CER non validé, à la personne",
}


def notices(event: Event) -> tuple[Notice, ...]:
    """The messages that this event triggers; none for an edition that goes to nobody by itself."""
    return PLAN[type(event)](event)


def _to_referent(template: str, **facts: str | int) -> tuple[Notice, ...]:
    return (Notice(template, Audience.REFERENT, facts),)


def _signed(event: SignatureCompleted) -> tuple[Notice, ...]:
    facts: dict[str, str | int] = {"numero": event.numero, "signed_on": legal_date(event.signed_at).isoformat()}
    attachment = Attachment(event.document, f"CER-{event.numero}-signe.pdf")
    return (
        Notice("cer_signe_referent", Audience.REFERENT, facts),
        Notice("cer_signe_personne", Audience.PERSON, facts, attachment),
    )


def _voided(event: SignatureVoided) -> tuple[Notice, ...]:
    """A person who was sent a signed PDF must know that it counts no more, whatever ended it."""
    told = _to_referent("signature_annulee_referent", code=event.code)
    if not event.was_completed and event.code != "reopened":
        return told
    return (*told, Notice("signature_annulee_personne", Audience.PERSON, {"code": event.code}))


def _decided(event: EditionRendered) -> tuple[Notice, ...]:
    templates = {
        "cer_decision_valide": "decision_valide_personne",
        "cer_decision_non_valide": "decision_non_valide_personne",
    }
    if event.kind not in templates:
        return ()
    attachment = Attachment(event.document, f"CER-{event.numero}-decision.pdf")
    return (Notice(templates[event.kind], Audience.PERSON, {"numero": event.numero}, attachment),)


PLAN: dict[type[Event], Callable[[Any], tuple[Notice, ...]]] = {
    SignatureCompleted: _signed,
    SignatureRefused: lambda _: _to_referent("signature_refusee_referent"),
    SignatureExpired: lambda _: _to_referent("signature_expiree_referent"),
    SignatureFailed: lambda event: _to_referent("signature_en_echec_referent", code=event.code),
    SignatureVoided: _voided,
    CerReturned: lambda event: _to_referent("cer_retourne_referent", numero=event.numero),
    CerValidated: lambda event: _to_referent("retour_a_lire_referent", numero=event.numero),
    CerRejected: lambda event: _to_referent("retour_a_lire_referent", numero=event.numero),
    EditionRendered: _decided,
}

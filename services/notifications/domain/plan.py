"""Who is told what: one trigger for each message, and where a message has a document, the document is the trigger.

Mails to référents carry a link that asks for login, and neither the person's name nor any text about them: the reason
of a return and the note référent are read in the software.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from services.notifications.domain.catalog import Audience
from shared.events.contracts import CerRejected, CerReturned, CerSubmitted, CerValidated
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

Facts = dict[str, str | int]
URGENT_PRIORITY = "urgente"
SIGNED, SIGNED_BY_LINK = "cer_signe_personne", "cer_signe_lien_personne"


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
    facts: Facts = field(default_factory=dict)
    attachment: Attachment | None = None
    # Of a kind that waits for a digest: this one does not.
    urgent: bool = False
    # Handed over by a link instead of being attached; and the message in whose place this one goes.
    handed: Attachment | None = None
    instead_of: str | None = None


def notices(event: Event) -> tuple[Notice, ...]:
    """The messages that this event triggers; none for an edition that goes to nobody by itself."""
    return PLAN[type(event)](event)


def _to_referent(template: str, **facts: str | int) -> tuple[Notice, ...]:
    return (Notice(template, Audience.REFERENT, facts),)


def _signed(event: SignatureCompleted) -> tuple[Notice, ...]:
    facts: Facts = {"numero": event.numero, "signed_on": legal_date(event.signed_at).isoformat()}
    attachment = Attachment(event.document, f"CER-{event.numero}-signe.pdf")
    return (
        Notice("cer_signe_referent", Audience.REFERENT, facts),
        Notice(SIGNED, Audience.PERSON, facts, attachment),
    )


def _voided(event: SignatureVoided) -> tuple[Notice, ...]:
    """A person who was sent a signed PDF must know that it counts no more, whatever ended it."""
    told = _to_referent("signature_annulee_referent", code=event.code)
    if not event.was_completed and event.code != "reopened":
        return told
    return (*told, Notice("signature_annulee_personne", Audience.PERSON, {"code": event.code}))


def _submitted(event: CerSubmitted) -> tuple[Notice, ...]:
    """The service's worklist grew. Only codes and dates: the name is on the worklist, behind the log-in."""
    facts: Facts = {
        "numero": event.numero,
        "territory": event.territory,
        "priority": event.priority,
        "submitted_on": legal_date(event.submitted_at).isoformat(),
    }
    urgent = event.priority == URGENT_PRIORITY
    return (Notice("cer_soumis_service", Audience.SERVICE_INSERTION, facts, urgent=urgent),)


_EDITIONS = {
    "cer_decision_valide": ("decision_valide_personne", "decision"),
    "cer_decision_non_valide": ("decision_non_valide_personne", "decision"),
    "notification_decision": ("decision_lettre_personne", "notification"),
}


def _rendered(event: EditionRendered) -> tuple[Notice, ...]:
    """A decision, its letter, or the CER that was submitted with a check-box: one to sign goes to nobody by itself."""
    submitted = event.kind == "cer_sans_decision" and event.submission is not None and event.attempt is None
    template, name = ("cer_soumis_personne", "transmis") if submitted else _EDITIONS.get(event.kind, ("", ""))
    if not template:
        return ()
    attachment = Attachment(event.document, f"CER-{event.numero}-{name}.pdf")
    facts: Facts = {"numero": event.numero, "edition_id": str(event.edition_id)}
    return (Notice(template, Audience.PERSON, facts, attachment),)


PLAN: dict[type[Event], Callable[[Any], tuple[Notice, ...]]] = {
    SignatureCompleted: _signed,
    SignatureRefused: lambda _: _to_referent("signature_refusee_referent"),
    SignatureExpired: lambda _: _to_referent("signature_expiree_referent"),
    SignatureFailed: lambda event: _to_referent("signature_en_echec_referent", code=event.code),
    SignatureVoided: _voided,
    CerReturned: lambda event: _to_referent("cer_retourne_referent", numero=event.numero),
    CerValidated: lambda event: _to_referent("retour_a_lire_referent", numero=event.numero),
    CerRejected: lambda event: _to_referent("retour_a_lire_referent", numero=event.numero),
    CerSubmitted: _submitted,
    EditionRendered: _rendered,
}

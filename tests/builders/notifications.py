"""Events that trigger messages, as notifications receives them, and messages made from them."""

from datetime import UTC, datetime
from typing import Any, TypeVar

from services.notifications.domain.catalog import Channel
from services.notifications.domain.model import Message
from services.notifications.domain.occasion import Occasion, Trigger
from services.notifications.domain.plan import Notice, notices
from shared.events.contracts import CerRejected, CerReturned, CerSubmitted, CerValidated
from shared.events.documents import EditionRendered
from shared.events.envelope import Event
from shared.events.sealed import Sealed, Sealer
from shared.events.signature import (
    SignatureCompleted,
    SignatureExpired,
    SignatureFailed,
    SignatureRefused,
    SignatureVoided,
)
from tests.builders import events

EventT = TypeVar("EventT", bound=Event)

NOW = datetime(2026, 3, 20, 15, 0, tzinfo=UTC)

# Each event of the plan, with the messages that it must trigger: (template, audience).
TOLD: list[tuple[Event, list[tuple[str, str]]]] = [
    (events.sample(SignatureCompleted), [("cer_signe_referent", "referent"), ("cer_signe_personne", "person")]),
    (events.sample(SignatureRefused), [("signature_refusee_referent", "referent")]),
    (events.sample(SignatureExpired), [("signature_expiree_referent", "referent")]),
    (events.sample(SignatureFailed), [("signature_en_echec_referent", "referent")]),
    (
        events.sample(SignatureVoided, code="reopened"),
        [("signature_annulee_referent", "referent"), ("signature_annulee_personne", "person")],
    ),
    (events.sample(SignatureVoided, code="cancelled"), [("signature_annulee_referent", "referent")]),
    (
        events.sample(SignatureVoided, code="cancelled", was_completed=True),
        [("signature_annulee_referent", "referent"), ("signature_annulee_personne", "person")],
    ),
    (events.sample(SignatureVoided, code="superseded"), [("signature_annulee_referent", "referent")]),
    (events.sample(CerReturned), [("cer_retourne_referent", "referent")]),
    (events.sample(CerValidated), [("retour_a_lire_referent", "referent")]),
    (events.sample(CerRejected), [("retour_a_lire_referent", "referent")]),
    (events.sample(EditionRendered, kind="cer_decision_valide"), [("decision_valide_personne", "person")]),
    (events.sample(EditionRendered, kind="cer_decision_non_valide"), [("decision_non_valide_personne", "person")]),
    (events.sample(CerSubmitted), [("cer_soumis_service", "service_insertion")]),
    (events.sample(EditionRendered, kind="notification_decision"), [("decision_lettre_personne", "person")]),
    # To be signed: it goes to nobody by itself. Submitted with a check-box: it goes to the person.
    (events.sample(EditionRendered, kind="cer_sans_decision"), []),
    (
        events.sample(EditionRendered, kind="cer_sans_decision", attempt=None, submission=1),
        [("cer_soumis_personne", "person")],
    ),
    (events.sample(EditionRendered, kind="cer_vierge", attempt=None), []),
]


def readable(keys: Sealer, event: type[EventT], mail: str | None = events.identity().mail, **changes: Any) -> EventT:
    """The sample of an event whose identity and référent can be opened."""
    blocks: dict[str, Any] = {
        "identity": Sealed(token=keys.seal(events.identity(mail=mail))),
        "referent": Sealed(token=keys.seal(events.referent_card())),
    }
    return events.sample(event, **(blocks | changes))


def occasion_of(event: Trigger) -> Occasion:
    """That of an event of the référent of the samples."""
    return Occasion.of(event, events.REFERENT_ID)


def message_of(event: Trigger, notice: Notice | None = None, channel: Channel | None = Channel.MAIL) -> Message:
    """The first message that an event triggers."""
    return Message.of(occasion_of(event), notice or notices(event)[0], channel, NOW)

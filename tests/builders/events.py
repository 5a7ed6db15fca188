"""Every event of the registry, with fixed ids, dates and made-up people.

`sample(CerSubmitted)` is the event of the golden sample, its blocks sealed tokens as they are at a consumer;
`sample(CerSubmitted, submission=2, identity=seal(identity()))` changes what a test is about.
"""

import base64
import hashlib
import json
from datetime import UTC, date, datetime
from typing import Any, TypeVar
from uuid import UUID

from shared.events import contracts, documents, erasing, imported, notifications, reference, signature, validation
from shared.events.blocks import AgentCard, CerContent, DecisionText, Etape, Identity, Objective, Reason
from shared.events.envelope import Event
from shared.events.files import FileRef
from shared.events.sealed import Sealed
from tests.builders.audit_events import AUDIT_HEADS
from tests.builders.replacements import REPLACEMENTS
from tests.builders.session_events import sessions_of
from tests.builders.study_events import AGEING

EventT = TypeVar("EventT", bound=Event)

EVENT_ID = UUID("01980000-0000-7000-8000-0000000000e0")
RECORDED_AT = datetime(2026, 3, 12, 9, 30, 15, 250000, tzinfo=UTC)
TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
DOSSIER_ID = UUID("01980000-0000-7000-8000-0000000000d0")
CER_ID = UUID("01980000-0000-7000-8000-0000000000c0")
OTHER_CER_ID = UUID("01980000-0000-7000-8000-0000000000c9")
EDITION_ID = UUID("01980000-0000-7000-8000-0000000000ed")
SIGNATURE_ID = UUID("01980000-0000-7000-8000-000000000051")
STUDY_ID = UUID("01980000-0000-7000-8000-000000000057")
MESSAGE_ID = UUID("01980000-0000-7000-8000-0000000000a0")
REFERENT_ID = "agent-mirabel"
CHEF_ID = "agent-coiron"
TERRITORY = "aubenas"


def identity(**changes: Any) -> Identity:
    """A made-up person, with a mobile of the range kept for fiction (ARCEP) and a reserved mail domain (RFC 2606)."""
    fields = {
        "civilite": "Mme",
        "sexe": "F",
        "nom_naissance": "Essai",
        "nom_usage": "Fictive",
        "prenom": "Jeanne",
        "date_naissance": date(1990, 4, 5),
        "organisme": "CAF",
        "matricule": "0012345",
        "adresse": ("1 rue de l'Exemple", "07200 Aubenas"),
        "mail": "jeanne.fictive@example.org",
        "telephone": "+33639980001",
    }
    return Identity(**{**fields, **changes})


def referent_card(**changes: Any) -> AgentCard:
    """The made-up référent of the samples."""
    fields = {
        "agent_id": REFERENT_ID,
        "full_name": "Camille Mirabel",
        "mail": "camille.mirabel@example.org",
        "quality": "Assistante de service social",
    }
    return AgentCard(**{**fields, **changes})


def chef_card(**changes: Any) -> AgentCard:
    """The made-up head of the insertion service."""
    return referent_card(
        **{"agent_id": CHEF_ID, "full_name": "Dominique Coiron", "mail": None, "quality": "Chef de service", **changes}
    )


def content(**changes: Any) -> CerContent:
    """What the edition of a complete CER shows."""
    objective = Objective(
        theme="emploi",
        theme_label="Emploi",
        person_does="Met à jour son CV.",
        referent_does="Présente les ateliers.",
        etapes=(Etape(label="Atelier CV", due=date(2026, 4, 20)),),
        diagnostics=("formation",),
        diagnostic_labels=("Formation",),
    )
    fields = {
        "nature": "premier",
        "date_signature": date(2026, 3, 12),
        "date_debut": date(2026, 4, 1),
        "date_fin": date(2026, 9, 30),
        "duree_mois": 6,
        "situation": "Recherche un emploi à temps plein.",
        "evaluation": "Le projet est partagé.",
        "objectives": (objective,),
        "expression": "Je souhaite travailler dans la restauration.",
        "accord": "nc",
    }
    return CerContent(**{**fields, **changes})


def decision(**changes: Any) -> DecisionText:
    """A favourable decision."""
    return DecisionText(**{"comment": "Accord pour six mois.", "note_referent": "Revoir l'étape en mai.", **changes})


def reason(**changes: Any) -> Reason:
    """Why a thing was returned."""
    return Reason(**{"text": "Il manque la demande de diagnostic.", "missing": ("diagnostic",), **changes})


def file_ref(name: str, size: int = 48_213) -> FileRef:
    """A file whose fingerprint is that of its name."""
    return FileRef(uri=f"object:{name}", sha256=hashlib.sha256(name.encode()).hexdigest(), size=size)


def token(block: str) -> str:
    """A compact JWE in form (RFC 7516 §3.1), always the same for a block, that no key opens."""
    header = {"alg": "ECDH-ES", "enc": "A256GCM", "kid": f"{block}-sample"}
    filling = hashlib.sha512(block.encode()).digest()
    parts = (json.dumps(header, separators=(",", ":")).encode(), b"", filling[:12], filling[12:48], filling[48:64])
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)


def sample(event: type[EventT], **changes: Any) -> EventT:
    """The sample of this event, with `changes`. Fields declared by a base class have the base's values."""
    fields: dict[str, Any] = {}
    for base in reversed(event.__mro__):
        fields |= FIELDS.get(base, {})
    return event(**{**fields, **changes})


def _sealed(block: str) -> Sealed[Any]:
    return Sealed(token=token(block))


SUBMITTED_AT = datetime(2026, 3, 13, 8, 0, tzinfo=UTC)
DECIDED_AT = datetime(2026, 3, 20, 14, 5, tzinfo=UTC)
MESSAGE = {"aggregate_version": 1, "message_id": MESSAGE_ID, "dossier_id": DOSSIER_ID, "channel": "mail"}
OPENED_UNTIL = datetime(2026, 3, 13, 9, 30, 15, tzinfo=UTC)

FIELDS: dict[type, dict[str, Any]] = {
    Event: {"aggregate_version": 3},
    contracts.DossierEvent: {
        "dossier_id": DOSSIER_ID,
        "territory": TERRITORY,
        "referent_id": REFERENT_ID,
        "identity": _sealed("identity"),
    },
    contracts.DossierRegistered: {"aggregate_version": 1, "referent_id": None},
    contracts.DossierMerged: {"aggregate_version": 3, "into": UUID("01980000-0000-7000-8000-0000000000d2")},
    contracts.DossierChanged: {"aggregate_version": 2, "changed": ("telephone", "mail")},
    contracts.DossierErased: {
        "aggregate_version": 9,
        "dossier_id": DOSSIER_ID,
        "cer_ids": (CER_ID,),
        "number": 7,
        "erased_at": RECORDED_AT,
    },
    contracts.DossierSnapshot: {
        "aggregate_version": 2,
        "dossier_id": DOSSIER_ID,
        "territory": TERRITORY,
        "referent_id": REFERENT_ID,
        "identity": _sealed("identity"),
    },
    contracts.CerSnapshot: {
        "aggregate_version": 7,
        "cer_id": CER_ID,
        "dossier_id": DOSSIER_ID,
        "numero": 1,
        "nature": "premier",
        "territory": TERRITORY,
        "revision": 2,
        "referent_id": REFERENT_ID,
        "state": "valide",
        "date_debut": date(2026, 4, 1),
        "date_fin": date(2026, 9, 30),
        "dernier_contrat": False,
        "attempt": 1,
        "signed": contracts.SignedSnapshot(
            signature_id=SIGNATURE_ID,
            edition_id=EDITION_ID,
            signed_at=RECORDED_AT,
            entered_by="referent",
            document=file_ref("signature/signed.pdf", 61_004),
            evidence=file_ref("signature/evidence.pdf", 22_870),
        ),
        "study": contracts.StudySnapshot(
            version=3,
            since=DECIDED_AT,
            submission=1,
            submitted_at=SUBMITTED_AT,
            priority="normale",
            requests=("commission", "rappel"),
            accord="oui",
            date_debut=date(2026, 4, 1),
            date_demandee=None,
            date_fin=date(2026, 9, 30),
            commission_kind=None,
            outcome="valide",
            path="chef_de_service",
            decided_at=DECIDED_AT,
            decided_by=CHEF_ID,
        ),
        "identity": _sealed("identity"),
        "referent": _sealed("agent"),
        "decision": _sealed("decision"),
        "decider": _sealed("agent"),
    },
    erasing.ErasureAnswer: {"aggregate_version": 9, "dossier_id": DOSSIER_ID, "number": 7, "rows": 12, "files": 2},
    **REPLACEMENTS,
    contracts.AgentChanged: {
        "aggregate_version": 1,
        "agent_id": REFERENT_ID,
        "role": "referent",
        "territory": TERRITORY,
        "territories": (TERRITORY, "privas"),
        "active": True,
        "agent": _sealed("agent"),
    },
    **AUDIT_HEADS,
    reference.ListChanged: {
        "list_id": "priorities",
        "entries": (
            reference.ListEntry(
                id="urgente",
                labels=(reference.DatedLabel(since=date(2009, 6, 1), label="Urgente"),),
                usable_from=date(2009, 6, 1),
                usable_until=None,
                rank=10,
            ),
        ),
    },
    reference.TextChanged: {
        "aggregate_version": 2,
        "text_id": "cer-title",
        "family": "legal",
        "effect": date(2025, 1, 1),
        "paragraphs": ("Contrat d'engagement",),
    },
    reference.TerritoryChanged: {
        "territory": TERRITORY,
        "label": "Aubenas",
        "active": True,
        "offices": (
            reference.Office(
                label="Maison du Département",
                office_address=("2 rue de l'Exemple", "07200 Aubenas"),
                office_telephone="+33465710002",
            ),
        ),
    },
    contracts.CerEvent: {
        "cer_id": CER_ID,
        "dossier_id": DOSSIER_ID,
        "numero": 1,
        "nature": "premier",
        "territory": TERRITORY,
        "revision": 2,
        "referent_id": REFERENT_ID,
        "identity": _sealed("identity"),
        "referent": _sealed("agent"),
    },
    contracts.CerCreated: {"aggregate_version": 1, "revision": 1},
    imported.CerImported: {
        "aggregate_version": 1,
        "cer_id": CER_ID,
        "dossier_id": DOSSIER_ID,
        "numero": 2,
        "nature": "renouvellement",
        "territory": TERRITORY,
        "referent_id": REFERENT_ID,
        "state": "valide",
        "date_signature": date(2025, 10, 6),
        "date_debut": date(2025, 11, 1),
        "date_fin": date(2026, 4, 30),
        "dernier_contrat": False,
        "source": "solis",
        "identity": _sealed("identity"),
    },
    contracts.CerReadyToSign: {
        "attempt": 1,
        "deadline": OPENED_UNTIL,
        "phone_entered_today": True,
        "phone_shared": False,
        "phone_is_agents": False,
        "phone_since": date(2026, 3, 12),
        "content": _sealed("content"),
    },
    contracts.CerSigningCancelled: {"attempt": 1},
    contracts.CerReopened: {"attempt": 1, "reason": _sealed("reason")},
    contracts.CerSubmitted: {
        "aggregate_version": 5,
        "submission": 1,
        "submitted_at": SUBMITTED_AT,
        "priority": "normale",
        "requests": ("commission", "rappel"),
        "accord": "oui",
        "accord_origin": "sms",
        "date_debut": date(2026, 4, 1),
        "date_demandee": None,
        "date_fin": date(2026, 9, 30),
        "dernier_contrat": False,
        "content": _sealed("content"),
    },
    contracts.CerReturned: {"aggregate_version": 6, "submission": 1, "reason": _sealed("reason")},
    contracts.CerRerouted: {"aggregate_version": 6, "submission": 1, "state": "attente_decision"},
    contracts.CerDecisionEvent: {
        "aggregate_version": 7,
        "submission": 1,
        "decided_at": DECIDED_AT,
        "decided_by": CHEF_ID,
        "path": "chef_de_service",
        "date_debut": date(2026, 4, 1),
        "date_fin": date(2026, 9, 30),
        "dernier_contrat": False,
        "content": _sealed("content"),
        "decision": _sealed("decision"),
        "decider": _sealed("agent"),
    },
    contracts.CerDernierContratChanged: {"aggregate_version": 8, "dernier_contrat": True},
    contracts.CerShortened: {"aggregate_version": 8, "date_fin": date(2026, 5, 31), "replaced_by": OTHER_CER_ID},
    signature.SignatureEvent: {
        "aggregate_version": 2,
        "signature_id": SIGNATURE_ID,
        "cer_id": CER_ID,
        "dossier_id": DOSSIER_ID,
        "territory": TERRITORY,
        "attempt": 1,
        "identity": _sealed("identity"),
        "referent": _sealed("agent"),
    },
    signature.SignatureOpened: {"aggregate_version": 1, "edition_id": EDITION_ID, "expires_at": OPENED_UNTIL},
    signature.SignatureCompleted: {
        "edition_id": EDITION_ID,
        "signed_at": RECORDED_AT,
        "entered_by": "referent",
        "document": file_ref("signature/signed.pdf", 61_004),
        "evidence": file_ref("signature/evidence.pdf", 22_870),
        "numero": 1,
    },
    signature.SignatureProlonged: {
        "aggregate_version": 3,
        "document": file_ref("signature/prolonged.pdf", 84_310),
        "evidence": file_ref("signature/evidence-prolonged.pdf", 46_120),
    },
    signature.SignatureRefused: {"reason": _sealed("reason")},
    signature.SignatureFailed: {"code": "too-many-tries"},
    signature.SignatureVoided: {"aggregate_version": 3, "code": "reopened"},
    documents.EditionEvent: {
        "aggregate_version": 1,
        "edition_id": EDITION_ID,
        "cer_id": CER_ID,
        "dossier_id": DOSSIER_ID,
        "numero": 1,
        "territory": TERRITORY,
        "kind": "cer_sans_decision",
        "revision": 2,
        "attempt": 1,
        "submission": None,
        "identity": _sealed("identity"),
        "referent": _sealed("agent"),
    },
    documents.EditionRendered: {"document": file_ref("documents/edition.pdf"), "pages": 3},
    documents.EditionFailed: {"code": "render-failed"},
    validation.StudyEvent: {
        "aggregate_version": 2,
        "study_id": STUDY_ID,
        "cer_id": CER_ID,
        "dossier_id": DOSSIER_ID,
        "territory": TERRITORY,
        "submission": 1,
    },
    validation.StudyOpened: {"aggregate_version": 1, "priority": "normale"},
    validation.CerSentToCommission: {"commission_kind": "ep"},
    validation.CerReturnedForComplement: {"reason": _sealed("reason")},
    validation.OpinionGiven: {"aggregate_version": 3, "opinion": "favorable"},
    validation.StudyAgeing: AGEING,
    validation.CerDecided: {
        "aggregate_version": 3,
        "outcome": "valide",
        "path": "chef_de_service",
        "decided_at": DECIDED_AT,
        "decided_by": CHEF_ID,
        "date_debut": None,
        "decision": _sealed("decision"),
        "decider": _sealed("agent"),
    },
    **sessions_of(CER_ID, DOSSIER_ID, TERRITORY, _sealed),
    notifications.MessageEvent: {**MESSAGE, "cer_id": CER_ID, "template": "cer_signe_personne", "audience": "person"},
    notifications.NotificationFailed: {"code": "unknown"},
    notifications.ContactFailed: {**MESSAGE, "code": "bad-address", "at": DECIDED_AT, "contact": _sealed("contact")},
}

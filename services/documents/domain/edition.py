"""An edition: one PDF of one CER, for one signature attempt or one decision. Made or failed, it never changes.

The edition follows from the CER's state, told by an event: nobody asks for a model (the guide, "Edition").
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, field_validator

from shared.events.blocks import AgentCard, CerContent, DecisionText, Identity
from shared.events.contracts import CerDecisionEvent, CerReadyToSign, CerSubmitted, CerValidated
from shared.events.documents import EditionFailed, EditionRendered
from shared.events.files import FileRef
from shared.events.reference import PinnedText
from shared.events.sealed import Sealed
from shared.kernel.clock import legal_date
from shared.kernel.errors import Refusal
from shared.kernel.ids import derived_id


class EditionKind(StrEnum):
    """The models. A template of the same name sets each."""

    CER_SANS_DECISION = "cer_sans_decision"
    CER_DECISION_VALIDE = "cer_decision_valide"
    CER_DECISION_NON_VALIDE = "cer_decision_non_valide"
    NOTIFICATION_DECISION = "notification_decision"
    CER_VIERGE = "cer_vierge"
    CONVOCATION = "convocation"
    RELANCE = "relance"
    ORDRE_DU_JOUR = "ordre_du_jour"
    PROCES_VERBAL = "proces_verbal"
    LISTE_IMPRESSION = "liste_impression"


# Those that an event of a CER orders; the others have their own content (`letters`, `sessions`, `blank`…).
OF_A_CER = (
    EditionKind.CER_SANS_DECISION,
    EditionKind.CER_DECISION_VALIDE,
    EditionKind.CER_DECISION_NON_VALIDE,
    EditionKind.NOTIFICATION_DECISION,
)


class RenderRefused(Refusal):
    """A PDF that cannot be made, for a reason that trying again does not change."""

    code = "render-failed"
    title = "Édition impossible"
    status = 500


class RenderCrashed(RenderRefused):
    """The process that made the PDF died; whether the document did it is not known."""


class RenderTimeout(RenderRefused):
    """The render took longer than its limit; its process was ended."""

    code = "render-timeout"
    title = "Édition trop longue à produire"


class TooLarge(RenderRefused):
    """More text than an edition is made for."""

    code = "too-large"
    title = "Édition trop longue"
    status = 422


class Order(BaseModel):
    """An edition to make: what its event will say, and what it shows, still sealed."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    edition_id: UUID
    kind: EditionKind
    favourable: bool = False
    cer_id: UUID
    dossier_id: UUID
    numero: int
    nature: str
    territory: str
    referent_id: str | None = None
    revision: int
    attempt: int | None = None
    submission: int | None = None
    decided_on: date | None = None
    path: str | None = None
    date_debut: date | None = None
    date_fin: date | None = None
    identity: Sealed[Identity]
    referent: Sealed[AgentCard]
    content: Sealed[CerContent]
    decision: Sealed[DecisionText] | None = None
    decider: Sealed[AgentCard] | None = None
    # The versions of the legal texts that the CER shows; none in an order from before events named them.
    texts: tuple[PinnedText, ...] = ()

    @classmethod
    def to_sign(cls, event: CerReadyToSign) -> Self:
        """The edition that is shown and signed in this attempt."""
        kind = EditionKind.CER_SANS_DECISION
        return cls(
            edition_id=edition_id(event.cer_id, kind, event.revision, f"attempt-{event.attempt}"),
            kind=kind,
            attempt=event.attempt,
            content=event.content,
            **_common(event),
        )

    @classmethod
    def submitted(cls, event: CerSubmitted) -> Self | None:
        """The edition of a CER whose accord was taken by the check-box; one signed by SMS has its signed PDF."""
        if event.accord_origin == "sms":
            return None
        kind = EditionKind.CER_SANS_DECISION
        return cls(
            edition_id=edition_id(event.cer_id, kind, event.revision, f"submission-{event.submission}"),
            kind=kind,
            submission=event.submission,
            content=event.content,
            **_common(event),
        )

    @classmethod
    def decided(cls, event: CerDecisionEvent) -> Self:
        """The edition that the decision calls for: validated and rejected CERs have one model each."""
        valid = isinstance(event, CerValidated)
        kind = EditionKind.CER_DECISION_VALIDE if valid else EditionKind.CER_DECISION_NON_VALIDE
        return cls(**_of_decision(event, kind))

    @classmethod
    def notified(cls, event: CerDecisionEvent) -> Self:
        """The letter that tells the decision to the person."""
        return cls(**_of_decision(event, EditionKind.NOTIFICATION_DECISION))

    @field_validator("kind")
    @classmethod
    def _of_a_cer(cls, kind: EditionKind) -> EditionKind:
        if kind not in OF_A_CER:
            raise ValueError("no event of a CER orders this model")
        return kind

    @property
    def valid(self) -> bool:
        """Whether the decision is favourable; an order that was queued before the letters existed tells by its kind."""
        return self.favourable or self.kind is EditionKind.CER_DECISION_VALIDE


def edition_id(cer_id: UUID, kind: EditionKind, revision: int, occasion: str) -> UUID:
    """The one identifier that an edition can have: an event delivered twice orders the same edition."""
    return derived_id("edition", cer_id, kind.value, revision, occasion)


def _of_decision(event: CerDecisionEvent, kind: EditionKind) -> dict[str, Any]:
    return {
        "edition_id": edition_id(event.cer_id, kind, event.revision, f"submission-{event.submission}"),
        "kind": kind,
        "favourable": isinstance(event, CerValidated),
        "submission": event.submission,
        "decided_on": legal_date(event.decided_at),
        "path": event.path,
        "date_debut": event.date_debut,
        "date_fin": event.date_fin,
        "content": event.content,
        "decision": event.decision,
        "decider": event.decider,
    } | _common(event)


def _common(event: CerReadyToSign | CerSubmitted | CerDecisionEvent) -> dict[str, Any]:
    shared = (
        "cer_id", "dossier_id", "numero", "nature", "territory", "referent_id", "revision", "identity", "referent",
    )  # fmt: skip
    return {name: getattr(event, name) for name in shared} | {"texts": event.pinned_texts}


@dataclass(frozen=True)
class Edition:
    """What became of an order."""

    order: Order
    made_at: datetime
    document: FileRef | None = None
    pages: int | None = None
    fingerprint: str | None = None
    failure: str | None = None

    def event(self) -> EditionRendered | EditionFailed:
        """What the others are told: the sealed blocks pass on as they came."""
        order = self.order
        names = (
            "edition_id", "cer_id", "dossier_id", "numero", "territory", "revision", "attempt", "submission",
            "identity", "referent",
        )  # fmt: skip
        facts = {name: getattr(order, name) for name in names}
        facts |= {"aggregate_version": 1, "kind": order.kind.value}
        if self.document is not None:
            return EditionRendered(document=self.document, pages=self.pages or 0, **facts)
        return EditionFailed(code=self.failure or RenderRefused.code, **facts)

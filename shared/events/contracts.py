"""What contracts tells: dossiers, CERs, agents."""

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from shared.events.blocks import AgentCard, CerContent, DecisionText, Identity, Reason
from shared.events.envelope import Event
from shared.events.files import FileRef
from shared.events.reference import PinnedText
from shared.events.sealed import Sealed
from shared.events.topics import CERS, DOSSIERS, REFERENCE, SNAPSHOT, Topic


class DossierEvent(Event):
    """A fact about a dossier."""

    topic: ClassVar[Topic] = DOSSIERS
    aggregate: ClassVar[str] = "dossier"
    subject_field: ClassVar[str] = "dossier_id"
    key_field: ClassVar[str] = "dossier_id"

    dossier_id: UUID
    territory: str
    referent_id: str | None = Field(description="Agent who accompanies the person; none while nobody was named")
    identity: Sealed[Identity]


class DossierRegistered(DossierEvent):
    """A person of a household is known here for the first time."""


class DossierChanged(DossierEvent):
    """Identity, contact data, territory or référent changed."""

    changed: tuple[str, ...] = Field(description="Names of the fields that changed")


class DossierErased(Event):
    """Nothing may be kept of this person: erase it, skip what comes later, and answer. Told again by a republish."""

    topic: ClassVar[Topic] = DOSSIERS
    aggregate: ClassVar[str] = "dossier"
    subject_field: ClassVar[str] = "dossier_id"
    key_field: ClassVar[str] = "dossier_id"

    dossier_id: UUID
    cer_ids: tuple[UUID, ...] = Field(description="Every CER that the dossier ever had here")
    number: int = Field(ge=1, description="Number of the erasure in contracts' ledger")
    erased_at: datetime


class DossierMerged(DossierEvent):
    """The person had two dossiers: this one is now part of another, where its CERs and files are."""

    into: UUID = Field(description="The dossier that is left")


class AgentChanged(Event):
    """An agent was seen for the first time, or their role, territory or activity changed."""

    topic: ClassVar[Topic] = REFERENCE
    aggregate: ClassVar[str] = "agent"
    subject_field: ClassVar[str] = "agent_id"
    key_field: ClassVar[str] = "agent_id"

    agent_id: str
    role: str
    territory: str | None
    territories: tuple[str, ...] = Field(default=(), description="All of them, `territory` first")
    external: bool = Field(default=False, description="Of a partner body: sees the dossiers that they accompany")
    active: bool
    managed: bool = Field(default=True, description="Kept by the admin: the territories of their token count no more")
    agent: Sealed[AgentCard]


class CerEvent(Event):
    """A fact about a CER, with a snapshot of the person and of the référent."""

    topic: ClassVar[Topic] = CERS
    aggregate: ClassVar[str] = "cer"
    subject_field: ClassVar[str] = "cer_id"
    key_field: ClassVar[str] = "cer_id"

    cer_id: UUID
    dossier_id: UUID
    numero: int
    nature: str
    territory: str
    revision: int = Field(ge=1, description="Counts the changes of what the edition shows")
    referent_id: str
    identity: Sealed[Identity]
    referent: Sealed[AgentCard]


class CerCreated(CerEvent):
    """A référent began a CER."""


class CerDeleted(CerEvent):
    """A proposition was deleted; it leaves this trace."""


class CerReadyToSign(CerEvent):
    """The CER is complete and frozen: render it and open the signature of this attempt."""

    attempt: int = Field(ge=1, description="Counts the signature attempts of this CER")
    deadline: datetime = Field(description="When contracts gives the attempt up if it stays silent (UTC)")
    phone_entered_today: bool
    phone_shared: bool = Field(description="The number stands in several dossiers")
    phone_is_agents: bool = Field(description="The number is an agent's own: signature refuses it")
    phone_since: date | None = Field(default=None, description="Day since when the number stands in the dossier")
    content: Sealed[CerContent]
    pinned_texts: tuple[PinnedText, ...] = Field(default=(), description="Legal texts: what is signed shows them")


class CerSigningCancelled(CerEvent):
    """The référent gave up this attempt, or it passed its deadline."""

    attempt: int = Field(ge=1)


class CerReopened(CerEvent):
    """A signed proposition is open again: its signature is void and the person is told."""

    attempt: int = Field(ge=1, description="The attempt that had been signed")
    reason: Sealed[Reason]


class CerSubmitted(CerEvent):
    """The référent passed the CER to the insertion service."""

    submission: int = Field(ge=1, description="Counts the submissions of this CER")
    submitted_at: datetime
    priority: str
    requests: tuple[str, ...] = Field(description="Codes: commission, ep, gei, gad, gecl, reorientation, rappel")
    accord: str
    accord_origin: str = Field(description="`sms` or `case`")
    date_debut: date
    date_demandee: date | None
    date_fin: date | None
    dernier_contrat: bool
    content: Sealed[CerContent]
    priority_rank: int | None = Field(default=None, description="Of the priority, in the list: smaller first")
    pinned_texts: tuple[PinnedText, ...] = Field(default=(), description="Legal texts in force: what is shown")
    author_ids: tuple[str, ...] = Field(default=(), description="Every agent who wrote in it: none of them decides it")


class CerReturned(CerEvent):
    """The insertion service returned the CER for a complement; it is a proposition again."""

    submission: int = Field(ge=1)
    reason: Sealed[Reason]


class CerRerouted(CerEvent):
    """The CER's study changed its path; `state` is where it stands now."""

    submission: int = Field(ge=1)
    state: str


class CerDecisionEvent(CerEvent):
    """The decision is recorded: final."""

    submission: int = Field(ge=1)
    decided_at: datetime
    decided_by: str = Field(description="Agent who decided or recorded the outcome")
    path: str = Field(description="`chef_de_service` or `commission`")
    date_debut: date
    date_fin: date | None
    dernier_contrat: bool
    content: Sealed[CerContent]
    decision: Sealed[DecisionText]
    decider: Sealed[AgentCard]
    pinned_texts: tuple[PinnedText, ...] = Field(
        default=(), description="Legal texts in force: those signed, and the means of appeal"
    )


class CerValidated(CerDecisionEvent):
    """The CER is valid: it lives from its start to its end."""


class CerRejected(CerDecisionEvent):
    """The CER was not validated."""


class CerDernierContratChanged(CerEvent):
    """A valid CER became, or is no longer, the last one: its renewal alerts stop or start again."""

    dernier_contrat: bool


class CerShortened(CerEvent):
    """A valid CER ends sooner, the day before the start of the modification that was validated in its place."""

    date_fin: date = Field(description="Its last day; before its own start when it is replaced from the first day")
    replaced_by: UUID = Field(description="The CER of nature `modification`")


class DossierSnapshot(Event):
    """A dossier as it is at this version. No consequence follows from it: a projection takes over what is newer."""

    topic: ClassVar[Topic] = SNAPSHOT
    aggregate: ClassVar[str] = "dossier"
    subject_field: ClassVar[str] = "dossier_id"
    key_field: ClassVar[str] = "dossier_id"

    dossier_id: UUID
    territory: str
    referent_id: str | None
    identity: Sealed[Identity]


class SignedSnapshot(BaseModel):
    """The signature by SMS of a CER, where it has one."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    signature_id: UUID
    edition_id: UUID
    signed_at: datetime
    entered_by: str
    document: FileRef
    evidence: FileRef


class StudySnapshot(BaseModel):
    """The study of a submitted CER, as far as contracts follows it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: int = Field(ge=0, description="Version of the study that contracts heard of last; 0: of none")
    since: datetime = Field(description="When the CER came to its present state")
    submission: int = Field(ge=1)
    submitted_at: datetime
    priority: str
    requests: tuple[str, ...]
    accord: str
    date_debut: date
    date_demandee: date | None
    date_fin: date | None
    commission_kind: str | None
    outcome: str | None
    path: str | None
    decided_at: datetime | None
    decided_by: str | None


class CerSnapshot(Event):
    """A CER as it is at this version, without its texts. No consequence follows from it."""

    topic: ClassVar[Topic] = SNAPSHOT
    aggregate: ClassVar[str] = "cer"
    subject_field: ClassVar[str] = "cer_id"
    key_field: ClassVar[str] = "cer_id"

    cer_id: UUID
    dossier_id: UUID
    numero: int
    nature: str
    territory: str
    revision: int = Field(ge=1)
    referent_id: str | None
    state: str
    date_debut: date | None
    date_fin: date | None
    dernier_contrat: bool
    attempt: int = Field(ge=0, description="Signature attempts so far")
    signed: SignedSnapshot | None
    study: StudySnapshot | None = Field(description="None before the first submission")
    identity: Sealed[Identity]
    referent: Sealed[AgentCard] | None
    decision: Sealed[DecisionText] | None
    decider: Sealed[AgentCard] | None
    author_ids: tuple[str, ...] = Field(default=(), description="Every agent who wrote in the CER")


EVENTS: tuple[type[Event], ...] = (
    DossierRegistered, DossierChanged, DossierMerged, DossierErased, AgentChanged,
    CerCreated, CerDeleted, CerReadyToSign, CerSigningCancelled, CerReopened, CerSubmitted, CerReturned, CerRerouted,
    CerValidated, CerRejected, CerDernierContratChanged, CerShortened, DossierSnapshot, CerSnapshot,
)  # fmt: skip

"""What validation tells: where the study of a submitted CER stands, and the decision."""

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from shared.events.blocks import AgentCard, DecisionText, Reason
from shared.events.envelope import Event
from shared.events.erasing import ErasureAnswer
from shared.events.sealed import Sealed
from shared.events.topics import VALIDATION, Topic


class StudyEvent(Event):
    """A fact about the study of a CER: one row for each CER, whatever its submissions."""

    topic: ClassVar[Topic] = VALIDATION
    aggregate: ClassVar[str] = "study"
    subject_field: ClassVar[str] = "study_id"
    key_field: ClassVar[str] = "cer_id"

    study_id: UUID
    cer_id: UUID
    dossier_id: UUID
    territory: str
    submission: int = Field(ge=1)


class StudyOpened(StudyEvent):
    """The submission is on the insertion service's worklist."""

    priority: str


class CerSentToCommission(StudyEvent):
    """The CER waits for a commission's opinion."""

    commission_kind: str = Field(description="`ep`, `gei`, `gad`, `gecl` or `commission_locale`")


class CerSentToChefDeService(StudyEvent):
    """The CER waits for the chef de service's decision."""


class CerTakenBack(StudyEvent):
    """The insertion service took the CER back from the path it was on: it waits to be routed again."""


class CerReturnedForComplement(StudyEvent):
    """The référent has to complete it and submit again."""

    reason: Sealed[Reason]


class OpinionGiven(StudyEvent):
    """The commission's opinion was recorded, or corrected before the outcome; the outcome will follow it."""

    opinion: str = Field(description="`favorable` or `defavorable`")


class StudyAgeing(StudyEvent):
    """The study waits in its state for longer than its threshold; told once for each stay in a state."""

    state: str = Field(description="`a_orienter`, `en_commission` or `attente_decision`")
    since: datetime = Field(description="When it came to that state (UTC)")
    priority: str
    threshold_days: int = Field(ge=1)
    in_charge: str | None = Field(description="Agent who has it in charge, if anybody has")


class CerDecided(StudyEvent):
    """The one decision of this CER."""

    outcome: str = Field(description="`valide` or `non_valide`")
    path: str = Field(description="`chef_de_service` or `commission`")
    decided_at: datetime
    decided_by: str
    date_debut: date | None = Field(description="The start that the chef de service arbitrated, if they did")
    decision: Sealed[DecisionText]
    decider: Sealed[AgentCard]
    delegation_id: UUID | None = Field(default=None, description="The delegation by which it was made, if by one")
    delegated_by: str | None = Field(default=None, description="The chef de service in whose place it was made")


class StudiesErased(ErasureAnswer):
    """Validation has nothing of this person any more: studies and decisions."""

    topic: ClassVar[Topic] = VALIDATION


EVENTS: tuple[type[Event], ...] = (
    StudyOpened, CerSentToCommission, CerSentToChefDeService, CerTakenBack, CerReturnedForComplement, OpinionGiven,
    StudyAgeing, CerDecided, StudiesErased,
)  # fmt: skip

"""The words of a decision: opinion, outcome, path."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from shared.events.blocks import AgentCard, DecisionText
from shared.events.sealed import Sealed


class Opinion(StrEnum):
    """What a commission says of a CER."""

    FAVORABLE = "favorable"
    DEFAVORABLE = "defavorable"


class Outcome(StrEnum):
    """What a decision says of a CER."""

    VALIDE = "valide"
    NON_VALIDE = "non_valide"


class Path(StrEnum):
    """Who decides: the chef de service, or the commission by its opinion."""

    CHEF_DE_SERVICE = "chef_de_service"
    COMMISSION = "commission"


OUTCOME_OF: dict[Opinion, Outcome] = {
    Opinion.FAVORABLE: Outcome.VALIDE,
    Opinion.DEFAVORABLE: Outcome.NON_VALIDE,
}


@dataclass(frozen=True)
class Verdict:
    """What an agent enters to decide: the outcome and its words. The note is for the référent alone.

    `motive_codes` are of the admin's list; `motives.worded` puts their labels before the free text of `motives`.
    """

    outcome: Outcome
    comment: str = ""
    motives: tuple[str, ...] = ()
    note_referent: str = ""
    date_debut: date | None = None
    motive_codes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Decision:
    """The one decision of a CER, as it was recorded. `delegated_by`: the chef de service in whose place it was made."""

    submission: int
    outcome: Outcome
    path: Path
    opinion: Opinion | None
    decided_at: datetime
    decided_by: str
    date_debut: date | None
    text: Sealed[DecisionText]
    decider: Sealed[AgentCard]
    motive_codes: tuple[str, ...] = ()
    delegation_id: UUID | None = None
    delegated_by: str | None = None

"""What agents send and get back when they act on a study."""

from dataclasses import replace
from datetime import date
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.validation.domain.model import Lacking, Study
from services.validation.domain.states import State
from services.validation.domain.values import Opinion, Outcome, Verdict

Words = Annotated[str, Field(max_length=20_000)]
Short = Annotated[str, Field(max_length=500)]
Code = Annotated[str, Field(min_length=1, max_length=200)]


class Body(BaseModel):
    """Nothing that is not expected is accepted."""

    model_config = ConfigDict(extra="forbid")


class ToChefDeService(Body):
    """Routing to the chef de service; the reason is mandatory when the CER comes from a commission."""

    reason: Words = ""


class ToCommission(Body):
    """Routing to a commission; the reason is mandatory when the CER comes from the chef de service."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"kind": "ep"}]})

    kind: str = Field(min_length=1, max_length=100, description="Code of a choice of the list `commission-kinds`")
    reason: Words = ""


class TakeBack(Body):
    """Back among the CERs to route, with why."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "La commission est reportée."}]})

    reason: Words


class Return(Body):
    """Return to the référent, with what is missing."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"reason": "Pièce absente.", "missing": ["demande de diagnostic formation"]}]}
    )

    reason: Words
    missing: list[Short] = Field(default_factory=list, max_length=50, description="In free text, beside the codes")
    missing_codes: list[Code] = Field(default_factory=list, max_length=50, description="Of the list `complements`")

    def lacking(self) -> Lacking:
        """As the command takes it."""
        return Lacking(tuple(self.missing), tuple(self.missing_codes))


class OpinionGiven(Body):
    """The commission's opinion."""

    opinion: Opinion


class CommissionOutcome(Body):
    """The outcome that follows the opinion, with the words of the decision."""

    outcome: Outcome
    comment: Words = Field(default="", description="Décision commentée; obligatoire si non validé")
    motives: list[Short] = Field(default_factory=list, max_length=20, description="In free text, beside the codes")
    motive_codes: list[Code] = Field(default_factory=list, max_length=20, description="Of the list `decision-motives`")
    note_referent: Words = Field(default="", description="For the référent alone: in no edition and no mail")

    def verdict(self) -> Verdict:
        """As the domain takes it."""
        return Verdict(
            self.outcome,
            self.comment,
            tuple(self.motives),
            self.note_referent,
            motive_codes=tuple(self.motive_codes),
        )


class ChefDecision(CommissionOutcome):
    """The chef de service's decision; `date_debut` only where an earlier start was requested."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"outcome": "valide", "comment": "Objectifs cohérents.", "note_referent": "Voir la PMI."}]
        }
    )

    date_debut: date | None = None

    def verdict(self) -> Verdict:
        """As the domain takes it."""
        return replace(super().verdict(), date_debut=self.date_debut)


class StudyAnswer(BaseModel):
    """Where the study stands after the act; `version` is also the ETag."""

    id: UUID
    cer_id: UUID
    state: State
    submission: int
    version: int
    outcome: Outcome | None

    @classmethod
    def of(cls, study: Study) -> Self:
        """The answer for a study that was just saved."""
        return cls(
            id=study.id,
            cer_id=study.cer_id,
            state=study.state,
            submission=study.submission.number,
            version=study.version,
            outcome=study.decision.outcome if study.decision else None,
        )

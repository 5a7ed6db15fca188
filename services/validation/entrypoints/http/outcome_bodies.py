"""The outcomes of a session's CERs, as agents send them and get them back."""

from typing import Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.validation.application.commands.sessions import OutcomeAsked, OutcomeMade
from services.validation.domain.sessions.model import MAX_ITEMS
from services.validation.domain.values import Outcome
from services.validation.entrypoints.http.bodies import Body, CommissionOutcome


class OutcomeIn(CommissionOutcome):
    """The outcome of one CER, on the version of its study that was seen."""

    study_id: UUID
    version: int = Field(ge=1, le=2**31 - 1)

    def asked(self) -> OutcomeAsked:
        """As the commands take it."""
        return OutcomeAsked(self.study_id, self.version, self.verdict())


class OutcomesIn(Body):
    """The outcomes of CERs of a session."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"outcomes": [{"study_id": "01980000-0000-7000-8000-000000000057", "version": 4, "outcome": "valide"}]}
            ]
        }
    )

    outcomes: list[OutcomeIn] = Field(min_length=1, max_length=MAX_ITEMS)


class OutcomeResult(BaseModel):
    """What became of one outcome: recorded, or refused with the code and what to do."""

    study_id: UUID
    outcome: Outcome | None
    code: str | None
    detail: str | None

    @classmethod
    def of(cls, made: OutcomeMade) -> Self:
        """As the commands say it."""
        refusal = made.refusal
        return cls(
            study_id=made.study_id,
            outcome=made.outcome,
            code=refusal.code if refusal else None,
            detail=refusal.detail if refusal else None,
        )


class OutcomesMade(BaseModel):
    """One result for each outcome that was asked for, in the same order."""

    results: list[OutcomeResult]

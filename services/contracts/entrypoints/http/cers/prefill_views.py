"""What a new CER starts from, as the référent gets it."""

from datetime import date
from typing import Self
from uuid import UUID

from pydantic import BaseModel

from services.contracts.domain.cers.draft import NOTHING_TO_EXPRESS, Draft, Objective
from services.contracts.domain.cers.model import Cer
from services.contracts.domain.cers.prefill import Proposal


class Recalled(BaseModel):
    """The last CER, to read beside the new one: its texts, and its objectives with their étapes done or not."""

    id: UUID
    numero: int
    nature: str
    state: str
    date_debut: date | None
    date_fin: date | None
    situation: str
    evaluation: str
    objectives: tuple[Objective, ...]

    @classmethod
    def of(cls, cer: Cer) -> Self:
        """Without its note, its accord and its priorité."""
        draft = cer.draft
        return cls(
            id=cer.id,
            numero=draft.numero,
            nature=draft.nature.value,
            state=cer.state.value,
            date_debut=draft.date_debut,
            date_fin=draft.date_fin,
            situation=draft.situation,
            evaluation=draft.evaluation,
            objectives=draft.objectives,
        )


class ProposalView(BaseModel):
    """A draft to start from, the CER that it recalls, and the sentence of a person who wishes to express nothing.

    `shortened`: not all objectives of that CER found room in the situation.
    """

    draft: Draft
    recalled: Recalled | None
    shortened: bool
    nothing_to_express: str = NOTHING_TO_EXPRESS

    @classmethod
    def of(cls, found: Proposal) -> Self:
        """As the domain proposes it."""
        recalled = Recalled.of(found.recalled) if found.recalled else None
        return cls(draft=found.draft, recalled=recalled, shortened=found.shortened)

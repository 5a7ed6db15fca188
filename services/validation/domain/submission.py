"""A submission: what the référent passed to the insertion service, as far as a study needs it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Self

from services.validation.domain.worklist import rank_of
from shared.events.blocks import AgentCard, Identity
from shared.events.contracts import CerSnapshot, CerSubmitted, StudySnapshot
from shared.events.sealed import Sealed


@dataclass(frozen=True)
class Submission:
    """What the référent submitted, as far as the study needs it: never the CER's texts."""

    number: int
    submitted_at: datetime
    revision: int
    territory: str
    referent_id: str
    priority: str
    priority_rank: int
    requests: tuple[str, ...]
    accord: str
    date_debut: date
    date_demandee: date | None
    date_fin: date | None
    identity: Sealed[Identity]
    referent: Sealed[AgentCard]
    author_ids: tuple[str, ...] = ()

    @property
    def authors(self) -> frozenset[str]:
        """Who wrote in the CER, its référent included: of older submissions, the référent alone is known."""
        return frozenset({self.referent_id, *self.author_ids})

    @classmethod
    def of(cls, event: CerSubmitted) -> Self:
        """The submission that this event tells."""
        return cls(
            number=event.submission,
            submitted_at=event.submitted_at,
            revision=event.revision,
            territory=event.territory,
            referent_id=event.referent_id,
            priority=event.priority,
            priority_rank=rank_of(event.priority, event.priority_rank),
            requests=event.requests,
            accord=event.accord,
            date_debut=event.date_debut,
            date_demandee=event.date_demandee,
            date_fin=event.date_fin,
            identity=event.identity,
            referent=event.referent,
            author_ids=event.author_ids,
        )

    @classmethod
    def followed(cls, event: CerSnapshot, told: StudySnapshot) -> Self:
        """The submission as contracts has it. Raises ValueError for a CER whom nobody ever accompanied."""
        if event.referent is None or event.referent_id is None:
            raise ValueError("a submitted CER has a référent")
        return cls(
            number=told.submission,
            submitted_at=told.submitted_at,
            revision=event.revision,
            territory=event.territory,
            referent_id=event.referent_id,
            priority=told.priority,
            priority_rank=rank_of(told.priority, None),
            requests=told.requests,
            accord=told.accord,
            date_debut=told.date_debut,
            date_demandee=told.date_demandee,
            date_fin=told.date_fin,
            identity=event.identity,
            referent=event.referent,
            author_ids=event.author_ids,
        )

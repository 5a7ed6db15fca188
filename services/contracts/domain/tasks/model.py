"""« Être rappelé » : a référent who asks for it in the commentaire opens a task of the insertion service.

It is opened by the submission, since the insertion service receives the CER then, and closed with the date of the call.
Source: the guide, "Commentaire": « si la situation est sensible le référent demande à être rappelé par le service ».
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from services.contracts.domain.moves import Act
from shared.kernel.clock import legal_date
from shared.kernel.errors import FieldProblem, Invalid, Refusal

# The request code of the commentaire that asks for a call.
RAPPEL = "rappel"


class Outcome(StrEnum):
    """How it ended. Nobody chooses `retiree`: the request was withdrawn from the CER, or the CER deleted."""

    JOINT = "joint"
    INJOIGNABLE = "injoignable"
    SANS_OBJET = "sans_objet"
    RETIREE = "retiree"


class TaskClosed(Refusal):
    """It was closed already."""

    code = "task-closed"
    title = "Demande déjà close"


@dataclass(frozen=True)
class Closing:
    """The day on which it was done, who said so and when (UTC), and how it ended."""

    on: date
    act: Act
    outcome: Outcome


@dataclass
class Task:
    """One request; `version` is that of the stored row."""

    id: UUID
    cer_id: UUID
    submission: int
    opened: Act
    kind: str = RAPPEL
    closing: Closing | None = None
    version: int = 0

    def close(self, on: date, outcome: Outcome, act: Act) -> None:
        """Done on this legal date. Raises TaskClosed, Invalid."""
        if self.closing is not None:
            raise TaskClosed("Cette demande est déjà close : rechargez la liste.")
        if not legal_date(self.opened.at) <= on <= legal_date(act.at):
            raise Invalid(
                "La date de l'appel est entre celle de la demande et aujourd'hui.",
                [FieldProblem("closed_on", "out-of-range", "Choisissez une date entre la demande et aujourd'hui.")],
            )
        self.closing = Closing(on, act, outcome)

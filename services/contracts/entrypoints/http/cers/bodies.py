"""What agents send of CERs."""

from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, ConfigDict, Field
from pydantic.config import JsonDict

from services.contracts.application.commands.cers import Input
from services.contracts.domain.cers.accord import Tick
from services.contracts.domain.cers.draft import (
    NOTHING_TO_EXPRESS,
    Day,
    Etape,
    Numero,
    Objective,
    ShortText,
    Writing,
    plain_text,
)
from services.contracts.domain.cers.objectives import MAX_ITEMS
from services.contracts.entrypoints.http.bodies import Body, Words
from services.contracts.entrypoints.http.cers.examples import CER, OBJECTIVE
from shared.kernel.errors import FieldProblem, Invalid

Note = Annotated[str, Field(max_length=2_000), AfterValidator(plain_text)]


class CerIn(Writing):
    """What the référent writes: a draft may be incomplete. Submission and signature tell all that is missing."""

    model_config = ConfigDict(json_schema_extra={"examples": [CER]})

    numero: Numero | None = Field(default=None, description="Proposed: the last one + 1")
    accord: Tick = Field(default=Tick.NC, description="The check-box; `nc` while a signature by SMS is to follow")
    note: Note | None = Field(default=None, description="For the insertion service; null leaves the one that is kept")

    nothing_to_express: bool = Field(
        default=False, description="One click: writes as the expression that the person wishes to express nothing"
    )

    def input(self) -> Input:
        """As the commands take it. Raises Invalid for an expression of a person who has nothing to express."""
        if not self.nothing_to_express:
            return Input(self, self.numero, self.accord, self.note)
        if self.expression not in {"", NOTHING_TO_EXPRESS}:
            raise Invalid(
                "La personne s'est exprimée : décochez « ne souhaite rien exprimer », ou videz son expression.",
                [FieldProblem("nothing_to_express", "expressed", "Une expression est saisie.")],
            )
        said = self.model_copy(update={"expression": NOTHING_TO_EXPRESS})
        return Input(said, self.numero, self.accord, self.note)


_ETAPE: JsonDict = {"label": "Rendez-vous à la plateforme mobilité", "due": "2026-04-20", "done": False}


class EtapeIn(Body):
    """One étape; its id is that of the path, or a new one."""

    model_config = ConfigDict(json_schema_extra={"examples": [_ETAPE]})

    label: ShortText = ""
    due: Day | None = None
    done: bool = False

    def etape(self) -> Etape:
        """As the domain takes it."""
        return Etape(label=self.label, due=self.due, done=self.done)


class ObjectiveIn(Objective):
    """One objective with its étapes; its id is that of the path, or a new one."""

    model_config = ConfigDict(json_schema_extra={"examples": [OBJECTIVE]})

    def objective(self) -> Objective:
        """As the domain takes it."""
        return Objective.model_validate(self.model_dump())


class OrderIn(Body):
    """Every id of the list, once, in the order wanted."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"order": ["0199b2f0-7c1e-7d3a-8f00-000000000002", "0199b2f0-7c1e-7d3a-8f00-000000000001"]}]
        }
    )

    order: list[UUID] = Field(max_length=MAX_ITEMS)


class ReasonIn(Body):
    """Why, on the record."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "La date de début était fausse."}]})

    reason: Words


class DernierContratIn(Body):
    """Whether this CER is the last one: no renewal alert."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"dernier_contrat": True}]})

    dernier_contrat: bool

"""What the référent writes in a CER. A draft may be incomplete; it is never malformed."""

import unicodedata
from datetime import date
from enum import StrEnum
from typing import Annotated, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

MIN_MONTHS, MAX_MONTHS = 3, 18


class Nature(StrEnum):
    """Why this CER is written. `modification` replaces the CER in force from its own start."""

    PREMIER = "premier"
    RENOUVELLEMENT = "renouvellement"
    MODIFICATION = "modification"
    RETABLISSEMENT = "retablissement"


def plain_text(text: str) -> str:
    """Composed characters, one kind of line end, no control character: PostgreSQL and PDF refuse some of them."""
    lines = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    return "".join(char for char in lines if char in "\n\t" or unicodedata.category(char) != "Cc").strip()


LONG = 20_000
# What is written when the person has nothing to say: the guide wants it mentioned.
NOTHING_TO_EXPRESS = "La personne ne souhaite rien exprimer."

LongText = Annotated[str, Field(max_length=LONG), AfterValidator(plain_text)]
MediumText = Annotated[str, Field(max_length=4_000), AfterValidator(plain_text)]
ShortText = Annotated[str, Field(max_length=300), AfterValidator(plain_text)]
Code = Annotated[str, Field(max_length=40)]
Day = Annotated[date, Field(ge=date(1990, 1, 1), le=date(2100, 12, 31))]
Numero = Annotated[int, Field(ge=1, le=9_999)]


def _each_once(codes: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(codes))


class Value(BaseModel):
    """A part of a draft: compared by value."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Item(Value):
    """A part of a list: its id stays when it is changed or moved; one sent without it takes its twin's."""

    id: UUID | None = None

    def bare(self) -> Self:
        """What it says, whoever it is."""
        return self.model_copy(update={"id": None})


class Etape(Item):
    """A dated step of an objective."""

    label: ShortText = ""
    due: Day | None = None
    done: bool = False


class Objective(Item):
    """What each side does under a theme; a diagnostic that is mobilised asks for an étape."""

    theme: Code | None = None
    person_does: MediumText = ""
    referent_does: MediumText = ""
    etapes: tuple[Etape, ...] = Field(default=(), max_length=20)
    diagnostics: tuple[Code, ...] = Field(default=(), max_length=10)

    def bare(self) -> Self:
        """What it says, whoever it and its étapes are."""
        return self.model_copy(update={"id": None, "etapes": tuple(etape.bare() for etape in self.etapes)})


class WeeklyHours(Value):
    """Weekly hours of the plan of a contrat d'engagement (Code du travail, L5411-6): 15, or fewer with the ground."""

    hours: int = Field(ge=0, le=35)
    ground: ShortText = ""


class Writing(Value):
    """All that the référent writes, but the number, the accord and the commentaire's note, which have their own rules.

    `duration_months`, when given, sets `date_fin`. `priority` has no default: the guide wants it chosen.
    """

    nature: Nature
    date_signature: Day | None = None
    date_debut: Day | None = None
    date_demandee: Day | None = None
    date_demandee_reason: MediumText = ""
    duration_months: int | None = Field(default=None, ge=MIN_MONTHS, le=MAX_MONTHS)
    date_fin: Day | None = None
    requests: Annotated[tuple[Code, ...], AfterValidator(_each_once)] = Field(default=(), max_length=10)
    dernier_contrat: bool = False
    priority: Code | None = None
    situation: LongText = ""
    evaluation: LongText = ""
    objectives: tuple[Objective, ...] = Field(default=(), max_length=20)
    expression: LongText = ""
    weekly_hours: WeeklyHours | None = None
    no_phone_at_interview: bool = False


class Draft(Writing):
    """What is written, under its number."""

    numero: Numero

    def shown(self) -> "Draft":
        """What the edition shows: without what is for the insertion service or the software alone."""
        return self.model_copy(
            update={
                "requests": (),
                "dernier_contrat": False,
                "priority": None,
                "no_phone_at_interview": False,
                "objectives": tuple(objective.bare() for objective in self.objectives),
            }
        )

    def trace(self) -> "Draft":
        """What stays of a proposition that is deleted."""
        return Draft(
            numero=self.numero,
            nature=self.nature,
            date_signature=self.date_signature,
            date_debut=self.date_debut,
            date_fin=self.date_fin,
        )

    def changed_from(self, other: "Draft") -> list[str]:
        """Names of the fields that differ."""
        return [name for name in type(self).model_fields if getattr(self, name) != getattr(other, name)]

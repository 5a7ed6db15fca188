"""What is sent of lists, texts and territories."""

from datetime import date
from typing import Annotated

from fastapi import Path
from pydantic import AfterValidator, ConfigDict, Field, StringConstraints

from services.contracts.domain.cers.draft import Day, plain_text
from services.contracts.domain.reference.lists import ListName, Wish
from services.contracts.domain.reference.rules import UnknownList
from services.contracts.domain.reference.territories import CODE as TERRITORY_CODE
from services.contracts.entrypoints.http.bodies import Body, Line, not_blank

Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
CodeInPath = Annotated[Code, Path(description="Small letters, digits and underscores: stored, never shown")]
TerritoryCode = Annotated[str, StringConstraints(pattern=TERRITORY_CODE)]
TerritoryInPath = Annotated[TerritoryCode, Path(description="What dossiers and agents hold")]
Label = Annotated[str, Field(max_length=120), AfterValidator(plain_text), AfterValidator(not_blank)]
OneLine = Annotated[Line, AfterValidator(plain_text), AfterValidator(not_blank)]
Paragraph = Annotated[str, Field(max_length=4_000), AfterValidator(plain_text), AfterValidator(not_blank)]


class On(Body):
    """The day that is asked about; today if none."""

    on: Day | None = None


class EntryIn(Body):
    """An entry as it shall be. Without dates: usable from today or as it was, without end."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"label": "Transition écologique", "usable_from": "2026-05-01", "usable_until": "2030-12-31"}]
        }
    )

    label: Label
    label_since: Day | None = Field(default=None, description="First day on which it is shown: today or later")
    usable_from: Day | None = None
    usable_until: Day | None = Field(default=None, description="Last day of use; set it to deactivate the entry")
    rank: int | None = Field(default=None, ge=1, le=1_000, description="Of a priority only: smaller is seen sooner")

    def wish(self) -> Wish:
        """As the commands take it."""
        return Wish(self.label, self.label_since, self.usable_from, self.usable_until, self.rank)


class OrderIn(Body):
    """Every code of the list, in the order to show them."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"codes": ["formation", "regain", "creation_activite"]}]})

    codes: list[Code] = Field(min_length=1, max_length=500)


class WordingIn(Body):
    """A new version of a text: in force from `effect`, today if none."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"paragraphs": ["Contrat d'engagement"], "effect": "2027-01-01"}]}
    )

    paragraphs: list[Paragraph] = Field(min_length=1, max_length=30)
    effect: Day | None = Field(default=None, description="Today or later: what was in force is not rewritten")


def list_name(name: str) -> ListName:
    """The list of a path. Raises UnknownList."""
    try:
        return ListName(name)
    except ValueError:
        raise UnknownList(f"Les listes sont : {', '.join(ListName)}.") from None


def day_of(asked: On, today: date) -> date:
    """The day asked about."""
    return asked.on or today

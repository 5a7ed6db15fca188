"""What an edition shows, and nothing else: no commentaire, no priorité, no note référent (the guide, "Edition")."""

from collections.abc import Mapping
from datetime import date
from typing import TypeVar

from pydantic import BaseModel, ConfigDict

from services.documents.domain.cleaning import clean_all
from services.documents.domain.edition import EditionKind


class Part(BaseModel):
    """A piece of a sheet."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Letterhead(Part):
    """The Département as it signs. `departement` goes after « le »: « Département de … ».

    `delegation` follows a signer's quality: « par délégation du président du conseil départemental ».
    """

    departement: str
    direction: str = ""
    delegation: str = ""
    address: tuple[str, ...] = ()
    phone: str = ""
    city: str = ""
    appeal_address: tuple[str, ...] = ()


class Row(Part):
    """A label and its value."""

    label: str
    value: str


class Sheet(Part):
    """What every document has. `subject` is the PDF's title, `foot` stands at the bottom of each page."""

    kind: EditionKind
    title: str
    subject: str
    about: str
    foot: str
    day: date
    letterhead: Letterhead


class Step(Part):
    """An étape of an objective."""

    label: str
    due: str
    done: str


class ObjectiveBlock(Part):
    """An objective, with what each side does."""

    theme: str
    person_does: str
    referent_does: str
    steps: tuple[Step, ...]
    diagnostics: tuple[str, ...]


class DecisionBlock(Part):
    """The Département's decision."""

    valid: bool
    day: str
    author: str
    quality: str
    path: str
    comment: str
    motives: tuple[str, ...]
    appeal: tuple[str, ...]


class CerSheet(Sheet):
    """An edition of a CER."""

    name: str
    moment: str
    numero: int
    texts_since: str
    mentions: tuple[str, ...]
    identity: tuple[Row, ...]
    facts: tuple[Row, ...]
    situation: str
    evaluation: str
    objectives: tuple[ObjectiveBlock, ...]
    expression: str
    accord: str
    to_sign: bool
    decision: DecisionBlock | None


SheetT = TypeVar("SheetT", bound=Sheet)


def cleaned(sheet: SheetT) -> SheetT:
    """The same sheet, each of its texts as it may be set."""
    return type(sheet).model_validate(clean_all(sheet.model_dump()))


def rows(facts: Mapping[str, str]) -> tuple[Row, ...]:
    """The facts that have a value."""
    return tuple(Row(label=label, value=value) for label, value in facts.items() if value)

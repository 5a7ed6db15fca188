"""What an edition shows, and nothing else: no commentaire, no priorité, no note référent (the guide, "Edition")."""

from datetime import date

from pydantic import BaseModel, ConfigDict

from services.documents.domain.edition import EditionKind


class Part(BaseModel):
    """A piece of a sheet."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Letterhead(Part):
    """The Département as it signs. `name` goes after « le »: « Département de … »."""

    departement: str
    direction: str = ""
    appeal_address: tuple[str, ...] = ()


class Row(Part):
    """A label and its value."""

    label: str
    value: str


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


class Sheet(Part):
    """One edition, ready to be set."""

    kind: EditionKind
    name: str
    moment: str
    title: str
    subject: str
    day: date
    numero: int
    letterhead: Letterhead
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

"""What contracts tells of what the Département keeps for all: lists, dated texts, territories. No personal data."""

from datetime import date
from typing import ClassVar

from pydantic import BaseModel, ConfigDict, Field

from shared.events.envelope import Event
from shared.events.topics import REFERENCE, Topic


class Part(BaseModel):
    """A piece of an event."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class PinnedText(Part):
    """The version of a legal text that an edition has to show."""

    text_id: str = Field(description="Key of the text: `cer-title`, `decision-appeal`…")
    version: int = Field(ge=1)


class DatedLabel(Part):
    """What is shown for an entry from this day."""

    since: date
    label: str


class ListEntry(Part):
    """A choice of a list; what a CER holds stays in the list for ever."""

    id: str = Field(description="What is stored and travels in the events of a CER")
    labels: tuple[DatedLabel, ...] = Field(description="Oldest first; the last one whose day has come is shown")
    usable_from: date
    usable_until: date | None = Field(description="Last day of use; none while it has no end")
    rank: int | None = Field(description="Of a priority: sorts the worklists, smaller first")


class ListChanged(Event):
    """A list changed: all of it, in its order."""

    topic: ClassVar[Topic] = REFERENCE
    aggregate: ClassVar[str] = "list"
    subject_field: ClassVar[str] = "list_id"
    key_field: ClassVar[str] = "list_id"

    list_id: str = Field(
        description="`themes`, `priorities`, `diagnostics`, `requests`, `commission-kinds`, `natures`, "
        "`decision-motives`, `complements`"
    )
    entries: tuple[ListEntry, ...]


class TextChanged(Event):
    """A version of a text was recorded, in force from its date of effect; the aggregate version is its number."""

    topic: ClassVar[Topic] = REFERENCE
    aggregate: ClassVar[str] = "text"
    subject_field: ClassVar[str] = "text_id"
    key_field: ClassVar[str] = "text_id"

    text_id: str = Field(description="Key of a legal text, or `prompt-<zone>`")
    family: str = Field(description="`legal` or `prompt`")
    effect: date = Field(description="From this day, until the next version's")
    paragraphs: tuple[str, ...]


class Office(Part):
    """A place of the Département that receives the public."""

    label: str
    office_address: tuple[str, ...] = Field(description="Lines of the postal address of the office")
    office_telephone: str | None = Field(description="E.164")


class TerritoryChanged(Event):
    """A territory was opened, renamed, closed, or its offices changed."""

    topic: ClassVar[Topic] = REFERENCE
    aggregate: ClassVar[str] = "territory"
    subject_field: ClassVar[str] = "territory"
    key_field: ClassVar[str] = "territory"

    territory: str = Field(description="What dossiers and agents hold")
    label: str
    active: bool = Field(description="Whether a dossier can still be given to it")
    offices: tuple[Office, ...]


EVENTS: tuple[type[Event], ...] = (ListChanged, TextChanged, TerritoryChanged)

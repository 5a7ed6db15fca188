"""What contracts tells of colleagues who stand in for a référent."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from shared.events.envelope import Event
from shared.events.topics import REFERENCE, Topic


class ReplacementChanged(Event):
    """Between two legal dates (Europe/Paris) a colleague may do for a référent's dossiers what the référent may."""

    topic: ClassVar[Topic] = REFERENCE
    aggregate: ClassVar[str] = "replacement"
    subject_field: ClassVar[str] = "replacement_id"
    key_field: ClassVar[str] = "replacement_id"

    replacement_id: UUID
    absent_id: str = Field(description="The référent who is away")
    substitute_id: str = Field(description="The colleague who stands in; it does not pass on")
    first_day: date
    last_day: date = Field(description="Included")
    ended: bool = Field(description="Before its time: it gives nothing any more")


EVENTS: tuple[type[Event], ...] = (ReplacementChanged,)

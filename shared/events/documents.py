"""What documents tells: an edition rendered, or not."""

from typing import ClassVar
from uuid import UUID

from pydantic import Field

from shared.events.blocks import AgentCard, Identity
from shared.events.envelope import Event
from shared.events.erasing import ErasureAnswer
from shared.events.files import FileRef
from shared.events.sealed import Sealed
from shared.events.topics import DOCUMENTS, Topic


class EditionEvent(Event):
    """A fact about one edition of one CER. One edition has one row, made or failed, then never changed."""

    topic: ClassVar[Topic] = DOCUMENTS
    aggregate: ClassVar[str] = "edition"
    subject_field: ClassVar[str] = "edition_id"
    key_field: ClassVar[str] = "cer_id"

    edition_id: UUID
    cer_id: UUID
    dossier_id: UUID
    numero: int
    territory: str
    kind: str = Field(description="`cer_sans_decision`, `cer_decision_valide`, `cer_decision_non_valide`…")
    revision: int = Field(ge=1)
    attempt: int | None = Field(description="The signature attempt it was made for")
    submission: int | None = Field(description="The submission whose decision it shows")
    identity: Sealed[Identity]
    referent: Sealed[AgentCard]


class EditionRendered(EditionEvent):
    """The PDF is stored and will never change."""

    document: FileRef
    pages: int = Field(ge=1)


class EditionFailed(EditionEvent):
    """The PDF cannot be made; somebody has to look."""

    code: str = Field(description="`render-failed`, `render-timeout`, `too-large`")


class EditionsErased(ErasureAnswer):
    """Documents has nothing of this person any more: editions and their PDFs."""

    topic: ClassVar[Topic] = DOCUMENTS


EVENTS: tuple[type[Event], ...] = (EditionRendered, EditionFailed, EditionsErased)

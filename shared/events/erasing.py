"""How a service answers that nothing of an erased person is left with it. Each has its own event, on its own topic."""

from typing import ClassVar
from uuid import UUID

from pydantic import Field

from shared.events.envelope import Event


class ErasureAnswer(Event):
    """Rows, files, outbox and parked payloads of this dossier are gone. Its version is that of the asking event."""

    aggregate: ClassVar[str] = "erasure"
    subject_field: ClassVar[str] = "dossier_id"
    key_field: ClassVar[str] = "dossier_id"

    dossier_id: UUID
    number: int = Field(ge=1, description="Number of the erasure in contracts' ledger")
    rows: int = Field(ge=0, description="Rows deleted")
    files: int = Field(ge=0, description="Files deleted")
